import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { partyid } from '../../fields.ts'

export const departmentDelete = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/department/delete',
  doc: 92342,
  title: '删除部门',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'deleted',
  input: Type.Object({ id: partyid }),
  output: Type.Object({}),
})
