import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, flag, livingid, unixSeconds, userid } from '../fields.ts'

const stay = {
  stay_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'one connection; made from enter_time when absent' })),
  enter_time: unixSeconds,
  leave_time: Type.Optional(unixSeconds),
  is_comment: Type.Optional(flag),
  replay: Type.Optional(flag),
}
const viewerStay = closed({ student_userid: userid, parent_userid: Type.Optional(userid), ...stay })
const visitorStay = closed({
  nickname: Type.String({ minLength: 1, maxLength: 64 }),
  visitor_id: Type.String({ minLength: 1, maxLength: 64 }),
  ...stay,
})

/** Not a WeCom call: reports 1-10,000 stays, in any order. Idempotent: the same stays can be reported again. */
export const presence = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/presence',
  title: 'Report who is watching',
  needs: 'living',
  effect: 'write',
  input: closed({ livingid, stays: Type.Array(Type.Union([viewerStay, visitorStay]), { minItems: 1, maxItems: 10_000 }) }),
  output: Type.Object({
    accepted: Type.Integer({ description: "stays taken, visitors' included" }),
    visitors: Type.Integer({ description: 'those of visitors' }),
    unknown: Type.Array(Type.Object({ student_userid: userid, parent_userid: Type.Optional(userid) })),
  }),
})
