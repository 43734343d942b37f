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
/** A parent alone stands for each of the parent's children on the register. */
const parentStay = closed({ parent_userid: userid, ...stay })
const visitorStay = closed({
  nickname: Type.String({ minLength: 1, maxLength: 64 }),
  visitor_id: Type.String({ minLength: 1, maxLength: 64 }),
  ...stay,
})

/**
 * Not a WeCom call: reports 1-10,000 stays, in any order. Idempotent: the same stays can be reported again. A stay that ends before it begins
 * or lies in the future refuses the whole report; with `partial` the good stays are taken and the bad ones answered.
 */
export const presence = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/presence',
  title: 'Report who is watching',
  needs: 'living',
  effect: 'write',
  input: closed({
    livingid,
    stays: Type.Array(Type.Union([viewerStay, visitorStay, parentStay]), { minItems: 1, maxItems: 10_000 }),
    partial: Type.Optional(flag),
  }),
  output: Type.Object({
    accepted: Type.Integer({ description: "stays taken, visitors' included" }),
    visitors: Type.Integer({ description: 'those of visitors' }),
    unknown: Type.Array(Type.Object({ student_userid: Type.Optional(userid), parent_userid: Type.Optional(userid) })),
    refused: Type.Optional(
      Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() }), {
        description: 'with `partial`: stays that were not taken',
      }),
    ),
  }),
})
