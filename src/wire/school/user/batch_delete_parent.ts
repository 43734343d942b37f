import { endpoint } from '../../endpoint.ts'
import { useridlist } from '../../fields.ts'
import { parentResults } from './batch_create_parent.ts'

export const batchDeleteParent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_delete_parent',
  doc: 92335,
  title: '批量删除家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'deleted',
  input: useridlist('too_many_parents'),
  output: parentResults,
})
