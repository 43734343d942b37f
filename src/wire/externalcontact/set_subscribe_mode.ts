import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { subscribe_mode } from './get_subscribe_mode.ts'

export const setSubscribeMode = endpoint({
  method: 'POST',
  path: '/cgi-bin/externalcontact/set_subscribe_mode',
  doc: 92318,
  title: '设置关注「学校通知」的模式',
  needs: 'contacts_edit',
  effect: 'write',
  partial: 'the mode is stored and has no effect: subscriptions are set with `/v1/roster/subscriptions`',
  input: Type.Object({ subscribe_mode }),
  output: Type.Object({}),
})
