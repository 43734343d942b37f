import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { userid } from '../../fields.ts'

export const deleteParent = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/user/delete_parent',
  doc: 92332,
  title: '删除家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'deleted',
  input: Type.Object({ userid }),
  output: Type.Object({}),
})
