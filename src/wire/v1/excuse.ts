import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, flag, livingid, userid } from '../fields.ts'

/** Not a WeCom call: excuses viewers, who are then not expected, and not listed by the official calls. With `undo` it takes the excuse back. */
export const excuse = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/excuse',
  title: 'Excuse viewers from a lesson',
  needs: 'living',
  effect: 'write',
  input: closed({
    livingid,
    viewers: Type.Array(closed({ student_userid: userid, parent_userid: Type.Optional(userid) }), { minItems: 1, maxItems: 1000 }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'why; needed unless undone' })),
    by: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'who excuses them; needed unless undone' })),
    undo: Type.Optional(flag),
  }),
  output: Type.Object({
    excused: Type.Integer({ description: 'lines changed' }),
    unknown: Type.Array(Type.Object({ student_userid: userid, parent_userid: Type.Optional(userid) })),
  }),
})
