import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { partyids } from '../../fields.ts'

/** `students` has the form that the page describes; `departments` that of an answer recorded in 2022 (WxJava pull request 2750), not of the page's sample, `[1, 2]`. */
export const agentGetAllowScope = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/agent/get_allow_scope',
  doc: 94895,
  title: '获取可使用的家长范围',
  needs: 'contacts_read',
  effect: 'read',
  partial: 'the answer is always the whole school (the root department) and no single students',
  input: Type.Object({ agentid: Type.Integer() }),
  output: Type.Object({
    allow_scope: Type.Object({
      students: Type.Object({ userid: Type.Array(Type.String()) }),
      departments: Type.Object({ partyid: partyids }),
    }),
  }),
})
