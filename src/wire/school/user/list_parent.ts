import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { partyid } from '../../fields.ts'
import { shownParent } from './get.ts'

/** The parents of a class's students, each with all the children, named. */
export const userListParent = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/user/list_parent',
  doc: 92446,
  title: '获取部门家长详情',
  needs: 'contacts_read',
  effect: 'read',
  partial: 'there is no `external_userid`',
  input: Type.Object({ department_id: partyid }),
  output: Type.Object({ parents: Type.Array(shownParent) }),
})
