import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { batchOf } from '../../fields.ts'
import { newParent } from './create_parent.ts'

export const parentResults = Type.Object({
  result_list: Type.Array(Type.Object({ parent_userid: Type.String(), errcode: Type.Integer(), errmsg: Type.String() })),
})

export const batchCreateParent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_create_parent',
  doc: 92334,
  title: '批量创建家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'created',
  partial: '`to_invite` is accepted and ignored',
  input: Type.Object({ parents: batchOf(newParent, 'too_many_parents') }),
  output: parentResults,
})
