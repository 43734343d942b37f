import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { userid } from '../../fields.ts'

const follow = Type.Integer({ description: '1 follows 学校通知' })

/** WeCom answers `is_subscribe` for parents only; Rollcall for students too. */
export const shownStudent = Type.Object({
  student_userid: userid,
  name: Type.String(),
  department: Type.Array(Type.Integer()),
  mobile: Type.Optional(Type.String()),
  is_subscribe: follow,
  parents: Type.Array(
    Type.Object({
      parent_userid: userid,
      relation: Type.String(),
      mobile: Type.Optional(Type.String()),
      is_subscribe: follow,
      external_userid: Type.Optional(Type.String()),
    }),
  ),
})

export const shownParent = Type.Object({
  parent_userid: userid,
  mobile: Type.Optional(Type.String()),
  is_subscribe: follow,
  external_userid: Type.Optional(Type.String()),
  children: Type.Array(Type.Object({ student_userid: userid, relation: Type.String(), name: Type.Optional(Type.String()) })),
})

/** Either `student` or `parent` is there, as `user_type` says. */
export const userGet = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/user/get',
  doc: 92337,
  title: '读取学生或家长',
  needs: 'contacts_read',
  effect: 'read',
  partial:
    'there is no `external_userid`; a delegated app gets the `mobile` of parents without their consent being asked for, a third-party app never; `is_subscribe` of a student exists in Rollcall only',
  input: Type.Object({ userid }),
  output: Type.Object({
    user_type: Type.Integer({ description: '1 student, 2 parent' }),
    student: Type.Optional(shownStudent),
    parent: Type.Optional(shownParent),
  }),
})
