import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { batchOf } from '../../fields.ts'
import { studentResults } from './batch_create_student.ts'
import { changedStudent } from './update_student.ts'

export const batchUpdateStudent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_update_student',
  doc: 92330,
  title: '批量更新学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'updated',
  input: Type.Object({ students: batchOf(changedStudent, 'too_many_students') }),
  output: studentResults,
})
