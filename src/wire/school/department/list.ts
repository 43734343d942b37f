import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { departmentAdmin } from './create.ts'

export const department = Type.Object({
  id: Type.Integer(),
  type: Type.Integer({ description: '1 class, 2 grade, 3 stage, 4 campus, 5 school' }),
  name: Type.String(),
  parentid: Type.Integer({ description: '0 for the root' }),
  register_year: Type.Optional(Type.Integer()),
  standard_grade: Type.Optional(Type.Integer()),
  order: Type.Optional(Type.Integer()),
  department_admins: Type.Array(departmentAdmin),
  is_graduated: Type.Optional(Type.Integer()),
  open_group_chat: Type.Optional(Type.Integer()),
})

export const departmentList = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/department/list',
  doc: 92343,
  title: '获取部门列表',
  needs: 'contacts_read',
  effect: 'read',
  partial: '`is_graduated` and `open_group_chat` are always 0, there is no `group_chat_id`',
  input: Type.Object({ id: Type.Optional(Type.Integer()) }),
  output: Type.Object({ departments: Type.Array(department) }),
})
