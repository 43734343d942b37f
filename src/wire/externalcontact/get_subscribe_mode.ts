import Type from 'typebox'
import { endpoint } from '../endpoint.ts'

export const subscribe_mode = Type.Integer({ description: '1 by scanning and filling in, 2 forbidden' })

export const getSubscribeMode = endpoint({
  method: 'GET',
  path: '/cgi-bin/externalcontact/get_subscribe_mode',
  doc: 92318,
  title: '获取关注「学校通知」的模式',
  needs: 'contacts_read',
  effect: 'read',
  input: Type.Object({}),
  output: Type.Object({ subscribe_mode }),
})
