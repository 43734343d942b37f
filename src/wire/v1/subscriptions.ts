import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, flag, userid } from '../fields.ts'

/** Not a WeCom call: sets who follows 「学校通知」, which WeCom learns from its own app. Userids that are unknown are answered; the rest is done. */
export const subscriptions = endpoint({
  method: 'POST',
  path: '/v1/roster/subscriptions',
  title: 'Say who follows 学校通知',
  needs: 'contacts_edit',
  effect: 'write',
  input: closed({
    students: Type.Optional(Type.Array(closed({ student_userid: userid, is_subscribe: flag }), { maxItems: 1000 })),
    parents: Type.Optional(Type.Array(closed({ parent_userid: userid, is_subscribe: flag }), { maxItems: 1000 })),
  }),
  output: Type.Object({
    invalid_student_userid: Type.Array(Type.String()),
    invalid_parent_userid: Type.Array(Type.String()),
  }),
})
