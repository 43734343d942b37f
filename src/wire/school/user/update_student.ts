import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { mobile, name, userid } from '../../fields.ts'
import { classes } from './create_student.ts'

export const changedStudent = Type.Object({
  student_userid: userid,
  new_student_userid: Type.Optional(userid),
  name: Type.Optional(name),
  department: Type.Optional(classes),
  mobile: Type.Optional(mobile),
})

export const updateStudent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/update_student',
  doc: 92327,
  title: '更新学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'updated',
  input: changedStudent,
  output: Type.Object({}),
})
