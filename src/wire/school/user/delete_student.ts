import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { userid } from '../../fields.ts'

export const deleteStudent = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/user/delete_student',
  doc: 92326,
  title: '删除学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'deleted',
  input: Type.Object({ userid }),
  output: Type.Object({}),
})
