import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { emptyIsAbsent, mobile, name, userid } from '../../fields.ts'
import { classes } from './create_student.ts'

export const changedStudent = Type.Object({
  student_userid: userid,
  new_student_userid: emptyIsAbsent(userid),
  name: emptyIsAbsent(name),
  department: Type.Optional(classes),
  mobile: emptyIsAbsent(mobile),
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
