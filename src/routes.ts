import { seesParentMobiles } from './access/grants.ts'
import { allowScope, readSubscribeMode, setArchSyncMode, setSubscribeMode, setUpgradeInfo } from './access/modes.ts'
import { issueCorpToken, issueSuiteToken, permanentCode, permanentCodeV2 } from './access/suite_token.ts'
import { issueToken } from './access/token.ts'
import { excuse } from './attendance/excuse.ts'
import { bodyV1, bodyV2, ofKind } from './attendance/pages/body.ts'
import { unwatchedHouseholds, unwatchedPage } from './attendance/pages/unwatched.ts'
import { watchedPage } from './attendance/pages/watched.ts'
import { reportPresence } from './attendance/presence/report_presence.ts'
import { reportOf } from './attendance/report/report.ts'
import type { Call, Routes } from './call.ts'
import { linksOf } from './hooks/links.ts'
import { createLiving } from './living/create.ts'
import { livingInfo, schoolLivingInfo } from './living/info.ts'
import { endLiving, startOrReopen } from './living/life.ts'
import { livingOf } from './living/living.ts'
import { cancelLiving, deleteReplay, extendLiving, livingsOf, modifyLiving } from './living/plan.ts'
import type { Living } from './living/store.ts'
import { kindOf } from './register/entry.ts'
import { failuresByParent, failuresByStudent, throwFirst, useridsOf } from './roster/batch.ts'
import { createParents } from './roster/parents/create.ts'
import { deleteParents } from './roster/parents/delete.ts'
import { updateParents } from './roster/parents/update.ts'
import { createParty } from './roster/parties/create.ts'
import { removeParty } from './roster/parties/delete.ts'
import { listParties } from './roster/parties/list.ts'
import { updateParty } from './roster/parties/update.ts'
import { listParents, listStudents, readUser } from './roster/read.ts'
import { createStudents } from './roster/students/create.ts'
import { deleteStudents } from './roster/students/delete.ts'
import { updateStudents } from './roster/students/update.ts'
import { setSubscriptions } from './roster/subscriptions.ts'
import { retryOnConflict } from './store/db.ts'
import type { Table } from './wire/table.ts'

/** The calls about one living of the app that calls. */
type OfLiving = {
  [Name in keyof Table]: Call<Name> extends { app: object; input: { livingid: string } } ? Name : never
}[keyof Table]

/** Loads the living, as it stands now, and hands it to the rule; all over again where another process changed it meanwhile. */
const onLiving =
  <Name extends OfLiving, T>(rule: (call: Call<Name>, living: Living) => Promise<T>) =>
  (call: Call<Name>) => {
    const { db, app, input, now, ...settings } = call as unknown as Call<OfLiving>
    return retryOnConflict(async () => rule(call, await livingOf(db, app, input.livingid, now, settings)))
  }

/** The cursor of a V2 list: `next_key`, which is V1's name for it, where `next_cursor` is absent or empty. */
const cursorOf = ({ next_cursor, next_key }: Call<'getUnwatchStatV2'>['input']) =>
  next_cursor === undefined || next_cursor === '' ? next_key : next_cursor

/** What each call of the contract does. A route knows the wire, and neither SQL nor a rule. */
export const routes = {
  gettoken: ({ db, input, now, demo }) => issueToken(db, input, now, demo),
  getSuiteToken: ({ db, secrets, input, now }) => issueSuiteToken(db, secrets, input, now),
  getPermanentCode: ({ db, suite, input, now, demo }) => permanentCode(db, suite, input.auth_code, now, demo),
  getPermanentCodeV2: ({ db, suite, input, now }) => permanentCodeV2(db, suite, input.auth_code, now),
  getCorpToken: ({ db, suite, input, now, demo }) => issueCorpToken(db, suite, input, now, demo),
  agentGetAllowScope: async ({ app, input }) => allowScope(app, input.agentid),
  setArchSyncMode: ({ db, app, input }) => setArchSyncMode(db, app.corp_no, input.arch_sync_mode),
  setUpgradeInfo: ({ db, app, input, now }) => setUpgradeInfo(db, app.corp_no, input, now),
  getSubscribeMode: ({ db, app }) => readSubscribeMode(db, app.corp_no),
  setSubscribeMode: ({ db, app, input }) => setSubscribeMode(db, app.corp_no, input.subscribe_mode),

  departmentCreate: ({ db, app, input, now }) => createParty(db, app.corp_no, input, now),
  departmentUpdate: ({ db, app, input, now }) => updateParty(db, app.corp_no, input, now),
  departmentDelete: ({ db, app, input, now }) => removeParty(db, app.corp_no, input.id, now),
  departmentList: ({ db, app, input }) => listParties(db, app.corp_no, input.id),
  createStudent: async ({ db, app, input, now }) => throwFirst(await createStudents(db, app.corp_no, [input], now)),
  updateStudent: async ({ db, app, input, now }) => throwFirst(await updateStudents(db, app.corp_no, [input], now)),
  deleteStudent: async ({ db, app, input, now }) => throwFirst(await deleteStudents(db, app.corp_no, [input.userid], now)),
  batchCreateStudent: async ({ db, app, input, now }) => failuresByStudent(await createStudents(db, app.corp_no, input.students, now)),
  batchUpdateStudent: async ({ db, app, input, now }) => failuresByStudent(await updateStudents(db, app.corp_no, input.students, now)),
  batchDeleteStudent: async ({ db, app, input, now }) => failuresByStudent(await deleteStudents(db, app.corp_no, useridsOf(input), now)),
  createParent: async ({ db, parentCapacity, app, input, now }) =>
    throwFirst(await createParents(db, app.corp_no, [input], now, parentCapacity)),
  updateParent: async ({ db, app, input, now }) => throwFirst(await updateParents(db, app.corp_no, [input], now)),
  deleteParent: async ({ db, app, input, now }) => throwFirst(await deleteParents(db, app.corp_no, [input.userid], now)),
  batchCreateParent: async ({ db, parentCapacity, app, input, now }) =>
    failuresByParent(await createParents(db, app.corp_no, input.parents, now, parentCapacity)),
  batchUpdateParent: async ({ db, app, input, now }) => failuresByParent(await updateParents(db, app.corp_no, input.parents, now)),
  batchDeleteParent: async ({ db, app, input, now }) => failuresByParent(await deleteParents(db, app.corp_no, useridsOf(input), now)),
  userGet: ({ db, app, input }) => readUser(db, app.corp_no, input.userid, seesParentMobiles(app)),
  userList: ({ db, app, input }) => listStudents(db, app.corp_no, input.department_id, seesParentMobiles(app)),
  userListParent: ({ db, app, input }) => listParents(db, app.corp_no, input.department_id, seesParentMobiles(app)),
  subscriptions: ({ db, app, input, now }) => setSubscriptions(db, app.corp_no, input, now),

  livingCreate: ({ db, app, input, now }) => createLiving(db, app, input, now),
  getUserAllLivingid: ({ db, pages, app, input }) => livingsOf(db, pages.cursorKey, app, input),
  livingModify: onLiving(({ db, input }, living) => modifyLiving(db, living, input)),
  livingCancel: onLiving(({ db, now }, living) => cancelLiving(db, living, now)),
  livingGetLivingInfo: onLiving(({ db, now }, living) => livingInfo(db, living, now)),
  schoolGetLivingInfo: onLiving(({ db, now }, living) => schoolLivingInfo(db, living, now)),
  deleteReplayData: onLiving(({ db, now }, living) => deleteReplay(db, living, now)),
  start: onLiving(({ db, input, now, endGrace }, living) => startOrReopen(db, living, input, now, endGrace)),
  end: onLiving(({ db, input, now }, living) => endLiving(db, living, input.at, now)),

  extend: onLiving(({ db, input, now }, living) => extendLiving(db, living, input.until, now)),

  getUnwatchStatV2: onLiving(({ db, pages, pageSize, input }, living) => unwatchedPage(db, pages, living, cursorOf(input), pageSize)),
  getUnwatchStat: onLiving(async ({ db, pages, pageSize, input }, living) =>
    bodyV1('stat_info', await unwatchedHouseholds(db, pages, living, input.next_key, pageSize)),
  ),
  getWatchStatV2: onLiving(async ({ db, pages, pageSize, input }, living) => {
    const { entries, ...page } = await watchedPage(db, pages, living, cursorOf(input), pageSize)
    const lists = { students: ofKind(entries, 'student'), parents: ofKind(entries, 'parent'), visitors: ofKind(entries, 'visitor') }
    return bodyV2({ ...page, entries: lists })
  }),
  getWatchStat: onLiving(async ({ db, pages, pageSize, input }, living) => {
    const { entries, ...page } = await watchedPage(db, pages, living, input.next_key, pageSize)
    const students = entries.filter((entry) => kindOf(entry) !== 'visitor')
    return bodyV1('stat_infoes', { ...page, entries: { students, visitors: ofKind(entries, 'visitor') } })
  }),
  presence: onLiving((call, living) => reportPresence(call, living, call.input, call.now)),
  excuse: onLiving((call, living) => excuse(call, living, call.input, call.now)),
  report: onLiving(({ db, pages, pageSize, input, now }, living) => reportOf(db, pages.cursorKey, living, input, now, pageSize)),
  links: onLiving((call, living) => linksOf(call, living, call.input, call.now)),
} satisfies Routes
