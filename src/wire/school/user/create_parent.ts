import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { flag, mobile, relation, userid } from '../../fields.ts'

/** WeCom pages 92331 and 92333 require `relation`; it may be empty, which is what a typed SDK sends for a field that is not set. */
export const children = Type.Array(Type.Object({ student_userid: userid, relation }), { maxItems: 10 })

export const newParent = Type.Object({
  parent_userid: userid,
  mobile,
  to_invite: Type.Optional(flag),
  children,
})

export const createParent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/create_parent',
  doc: 92331,
  title: '创建家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'created',
  partial: '`to_invite` is accepted and ignored',
  input: newParent,
  output: Type.Object({}),
})
