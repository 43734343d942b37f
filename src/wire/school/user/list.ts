import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { partyid } from '../../fields.ts'
import { shownStudent } from './get.ts'

/** The students of one class. Some SDKs send `fetch_child` too, which has no effect. */
export const userList = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/user/list',
  doc: 92338,
  title: '获取部门学生详情',
  needs: 'contacts_read',
  effect: 'read',
  partial: 'there is no `external_userid`; `is_subscribe` of a student exists in Rollcall only',
  input: Type.Object({ department_id: partyid }),
  output: Type.Object({ students: Type.Array(shownStudent) }),
})
