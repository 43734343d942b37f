import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { userid } from '../../fields.ts'

const int32 = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })

/** Fields whose wrong values have errcodes of their own (type 65007, register_year 65008, standard_grade 65009, admin type 65006) are checked by the rule. */
export const departmentAdmin = Type.Object({
  userid,
  type: Type.Integer({ description: '1 campus head, 2 grade head, 3 form teacher, 4 subject teacher, 5 stage head' }),
  subject: Type.Optional(Type.String({ maxLength: 15 })),
})

export const departmentCreate = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/department/create',
  doc: 92340,
  title: '创建部门',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'created',
  input: Type.Object({
    name: Type.Optional(Type.String({ maxLength: 32 })),
    parentid: int32,
    id: Type.Optional(Type.Integer({ minimum: 2, maximum: 2 ** 31 - 1 })),
    type: Type.Integer({ description: '1 class, 2 grade, 3 stage, 4 campus' }),
    standard_grade: Type.Optional(Type.Integer()),
    register_year: Type.Optional(Type.Integer()),
    order: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
    department_admins: Type.Optional(Type.Array(departmentAdmin, { maxItems: 100 })),
  }),
  output: Type.Object({ id: int32 }),
})
