import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { emptyIsAbsent, mobile, userid } from '../../fields.ts'
import { children } from './create_parent.ts'

export const changedParent = Type.Object({
  parent_userid: userid,
  new_parent_userid: emptyIsAbsent(userid),
  mobile: emptyIsAbsent(mobile),
  children: Type.Optional(children), // all of them, as they are to be; an empty list says nothing
})

export const updateParent = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/user/update_parent',
  doc: 92333,
  title: '更新家长',
  needs: 'contacts_edit',
  effect: 'write',
  done: 'updated',
  input: changedParent,
  output: Type.Object({}),
})
