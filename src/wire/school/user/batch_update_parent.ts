import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { batchOf } from '../../fields.ts'
import { parentResults } from './batch_create_parent.ts'
import { changedParent } from './update_parent.ts'

export const batchUpdateParent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_update_parent',
  doc: 92336,
  title: '批量更新家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'updated',
  input: Type.Object({ parents: batchOf(changedParent, 'too_many_parents') }),
  output: parentResults,
})
