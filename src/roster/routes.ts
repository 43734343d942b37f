import type { Routes } from '../call.ts'
import { createParents } from './parents.ts'
import { createParty, listParties } from './parties.ts'
import type { Failure } from './people.ts'
import { readUser } from './read.ts'
import { createStudents, updateStudents } from './students.ts'
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

export const rosterRoutes: Pick<
  Routes,
  | 'departmentCreate'
  | 'departmentList'
  | 'createStudent'
  | 'updateStudent'
  | 'batchCreateStudent'
  | 'createParent'
  | 'batchCreateParent'
  | 'userGet'
  | 'subscriptions'
> = {
  departmentCreate: ({ db, app, input, now }) => createParty(db, app.corp_no, input, now),
  departmentList: ({ db, app, input }) => listParties(db, app.corp_no, input.id),
  createStudent: async ({ db, app, input, now }) => orThrow(await createStudents(db, app.corp_no, [input], now)),
  updateStudent: async ({ db, app, input, now }) => orThrow(await updateStudents(db, app.corp_no, [input], now)),
  batchCreateStudent: async ({ db, app, input, now }) =>
    results('student_userid', await createStudents(db, app.corp_no, input.students, now)),
  createParent: async ({ db, app, input, now }) => orThrow(await createParents(db, app.corp_no, [input], now)),
  batchCreateParent: async ({ db, app, input, now }) => results('parent_userid', await createParents(db, app.corp_no, input.parents, now)),
  userGet: ({ db, app, input }) => readUser(db, app.corp_no, input.userid),
  subscriptions: ({ db, app, input, now }) => setSubscriptions(db, app.corp_no, input, now),
}
