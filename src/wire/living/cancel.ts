import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { livingid } from '../fields.ts'

export const livingCancel = endpoint({
  method: 'POST',
  path: '/cgi-bin/living/cancel',
  doc: 93638,
  title: '取消预约直播',
  needs: 'living',
  effect: 'write',
  input: Type.Object({ livingid }),
  output: Type.Object({}),
})
