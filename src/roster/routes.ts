import type { Routes } from '../call.ts'
import { WireError } from '../wire/errcode.ts'
import { createParents } from './parents/create.ts'
import { deleteParents } from './parents/delete.ts'
import { updateParents } from './parents/update.ts'
import { createParty } from './parties/create.ts'
import { removeParty } from './parties/delete.ts'
import { listParties } from './parties/list.ts'
import { updateParty } from './parties/update.ts'
import type { Failure } from './people.ts'
import { listParents, listStudents, readUser } from './read.ts'
import { createStudents } from './students/create.ts'
import { deleteStudents } from './students/delete.ts'
import { updateStudents } from './students/update.ts'
import { setSubscriptions } from './subscriptions.ts'

/** The failures of a batch, with the first one's code on top as WeCom has it. */
const results = <Id extends 'student_userid' | 'parent_userid'>(id: Id, failures: readonly Failure[]) => ({
  ...(failures[0] && { errcode: failures[0].error.errcode, errmsg: failures[0].error.message }),
  result_list: failures.map(
    ({ userid, error }) =>
      ({ [id]: userid, errcode: error.errcode, errmsg: error.message }) as { [key in Id]: string } & { errcode: number; errmsg: string },
  ),
})

/** Of one alone: it is done, or its error is thrown. */
function orThrow(failures: readonly Failure[]) {
  if (failures[0]) throw failures[0].error
  return {}
}

function useridsOf({ useridlist, userid_list }: { useridlist?: string[]; userid_list?: string[] }): string[] {
  const userids = useridlist ?? userid_list
  if (!userids) throw new WireError('bad_request', 'useridlist: expected an array of 1-100, got nothing')
  return userids
}

export const rosterRoutes: Pick<
  Routes,
  | 'departmentCreate'
  | 'departmentUpdate'
  | 'departmentDelete'
  | 'departmentList'
  | 'createStudent'
  | 'updateStudent'
  | 'deleteStudent'
  | 'batchCreateStudent'
  | 'batchUpdateStudent'
  | 'batchDeleteStudent'
  | 'createParent'
  | 'updateParent'
  | 'deleteParent'
  | 'batchCreateParent'
  | 'batchUpdateParent'
  | 'batchDeleteParent'
  | 'userGet'
  | 'userList'
  | 'userListParent'
  | 'subscriptions'
> = {
  departmentCreate: ({ db, app, input, now }) => createParty(db, app.corp_no, input, now),
  departmentUpdate: ({ db, app, input, now }) => updateParty(db, app.corp_no, input, now),
  departmentDelete: ({ db, app, input, now }) => removeParty(db, app.corp_no, input.id, now),
  departmentList: ({ db, app, input }) => listParties(db, app.corp_no, input.id),
  createStudent: async ({ db, app, input, now }) => orThrow(await createStudents(db, app.corp_no, [input], now)),
  updateStudent: async ({ db, app, input, now }) => orThrow(await updateStudents(db, app.corp_no, [input], now)),
  deleteStudent: async ({ db, app, input, now }) => orThrow(await deleteStudents(db, app.corp_no, [input.userid], now)),
  batchCreateStudent: async ({ db, app, input, now }) =>
    results('student_userid', await createStudents(db, app.corp_no, input.students, now)),
  batchUpdateStudent: async ({ db, app, input, now }) =>
    results('student_userid', await updateStudents(db, app.corp_no, input.students, now)),
  batchDeleteStudent: async ({ db, app, input, now }) =>
    results('student_userid', await deleteStudents(db, app.corp_no, useridsOf(input), now)),
  createParent: async ({ db, app, input, now }) => orThrow(await createParents(db, app.corp_no, [input], now)),
  updateParent: async ({ db, app, input, now }) => orThrow(await updateParents(db, app.corp_no, [input], now)),
  deleteParent: async ({ db, app, input, now }) => orThrow(await deleteParents(db, app.corp_no, [input.userid], now)),
  batchCreateParent: async ({ db, app, input, now }) => results('parent_userid', await createParents(db, app.corp_no, input.parents, now)),
  batchUpdateParent: async ({ db, app, input, now }) => results('parent_userid', await updateParents(db, app.corp_no, input.parents, now)),
  batchDeleteParent: async ({ db, app, input, now }) =>
    results('parent_userid', await deleteParents(db, app.corp_no, useridsOf(input), now)),
  userGet: ({ db, app, input }) => readUser(db, app.corp_no, input.userid),
  userList: ({ db, app, input }) => listStudents(db, app.corp_no, input.department_id),
  userListParent: ({ db, app, input }) => listParents(db, app.corp_no, input.department_id),
  subscriptions: ({ db, app, input, now }) => setSubscriptions(db, app.corp_no, input, now),
}
