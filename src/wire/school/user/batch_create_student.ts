import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { batchOf } from '../../fields.ts'
import { newStudent } from './create_student.ts'

/** The failures of a batch, and the code of the first one at the top (WeCom pages 92328 and 92334). */
export const studentResults = Type.Object({
  result_list: Type.Array(Type.Object({ student_userid: Type.String(), errcode: Type.Integer(), errmsg: Type.String() })),
})

export const batchCreateStudent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/batch_create_student',
  doc: 92328,
  title: '批量创建学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'created',
  partial: '`to_invite` is accepted and ignored',
  input: Type.Object({ students: batchOf(newStudent, 'too_many_students') }),
  output: studentResults,
})
