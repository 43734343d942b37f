import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { emptyIsAbsent, flag, mobile, name, partyid, userid } from '../../fields.ts'

/** The rule answers more than 20 classes with 60110, so this limit only bounds the size of a body. */
export const classes = Type.Array(partyid, { maxItems: 1000 })

export const newStudent = Type.Object({
  student_userid: userid,
  name,
  department: classes,
  mobile: emptyIsAbsent(mobile),
  to_invite: Type.Optional(flag),
})

export const createStudent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/create_student',
  doc: 92325,
  title: '创建学生',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'created',
  partial: '`to_invite` is accepted and ignored: Rollcall sends no invitations',
  input: newStudent,
  output: Type.Object({}),
})
