import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { emptyIsAbsent, partyid, userid } from '../../fields.ts'

/** A department keeps its type. Fields whose wrong values have errcodes of their own are checked by the rule, as in `create`. */
export const departmentUpdate = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/department/update',
  doc: 92341,
  title: '更新部门',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'updated',
  input: Type.Object({
    id: partyid,
    new_id: emptyIsAbsent(Type.Integer({ minimum: 2, maximum: 2 ** 31 - 1 })),
    name: emptyIsAbsent(Type.String({ maxLength: 32 })),
    parentid: emptyIsAbsent(partyid),
    standard_grade: Type.Optional(Type.Integer({ description: '0 makes it a grade that is not standard' })),
    register_year: emptyIsAbsent(Type.Integer()),
    order: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
    department_admins: Type.Optional(
      Type.Array(
        Type.Object({
          op: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '0 add or update, 1 delete' })),
          userid,
          type: Type.Optional(Type.Integer({ description: 'as at creation; a deletion without it takes every type' })),
          subject: Type.Optional(Type.String({ maxLength: 15 })),
        }),
        { maxItems: 100 },
      ),
    ),
  }),
  output: Type.Object({}),
})
