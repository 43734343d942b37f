import { endpoint } from '../../endpoint.ts'
import { useridlist } from '../../fields.ts'
import { studentResults } from './batch_create_student.ts'

export const batchDeleteStudent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_delete_student',
  doc: 92329,
  title: '批量删除学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'deleted',
  input: useridlist('too_many_students'),
  output: studentResults,
})
