import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { emptyIsAbsent, livingid, unixSeconds } from '../fields.ts'

/** For reserved livings only. The limits of theme and description are in bytes here, but in characters in `living/create` (WeCom page 93640). */
export const livingModify = endpoint({
  method: 'POST',
  path: '/cgi-bin/living/modify',
  doc: 93640,
  title: '修改预约直播',
  needs: 'living',
  effect: 'write',
  input: Type.Object({
    livingid,
    theme: emptyIsAbsent(Type.String({ minLength: 1, maxLength: 60, description: '60 bytes at most' })),
    living_start: Type.Optional(unixSeconds),
    living_duration: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
    type: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
    description: Type.Optional(Type.String({ maxLength: 300, description: '300 bytes at most' })),
    remind_time: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000 })),
  }),
  output: Type.Object({}),
})
