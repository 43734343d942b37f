import type { Call, Routes } from '../call.ts'
import { livingOf } from '../living/living.ts'
import { decided } from '../store/db.ts'
import { excuseViewers } from './excuse.ts'
import { bodyV1, bodyV2, kindOf, ofKind } from './pages/body.ts'
import { unwatchedFamilies, unwatchedPage } from './pages/unwatched.ts'
import { watchedPage } from './pages/watched.ts'
import { takePresence } from './presence/take.ts'
import { reportOf } from './report/report.ts'

type Lists = 'getUnwatchStatV2' | 'getUnwatchStat' | 'getWatchStatV2' | 'getWatchStat'

const living = (call: Call<Lists | 'presence' | 'excuse' | 'report'>) =>
  livingOf(call.db, call.app, call.input.livingid, call.now, call.endGrace)

export const attendanceRoutes: Pick<Routes, Lists | 'presence' | 'excuse' | 'report'> = {
  getUnwatchStatV2: async (call) => unwatchedPage(call.db, call.pages, await living(call), cursorOf(call.input), call.pageSize),
  getUnwatchStat: async (call) =>
    bodyV1('stat_info', await unwatchedFamilies(call.db, call.pages, await living(call), call.input.next_key, call.pageSize)),
  getWatchStatV2: async (call) => {
    const { lines, ...page } = await watchedPage(call.db, call.pages, await living(call), cursorOf(call.input), call.pageSize)
    const arrays = { students: ofKind(lines, 'student'), parents: ofKind(lines, 'parent'), visitors: ofKind(lines, 'visitor') }
    return bodyV2({ ...page, arrays })
  },
  getWatchStat: async (call) => {
    const { lines, ...page } = await watchedPage(call.db, call.pages, await living(call), call.input.next_key, call.pageSize)
    const students = lines.filter((line) => kindOf(line) !== 'visitor')
    return bodyV1('stat_infoes', { ...page, arrays: { students, visitors: ofKind(lines, 'visitor') } })
  },
  presence: (call) => decided(async () => takePresence(call.db, call.viewers, await living(call), call.input.stays, call.now)),
  excuse: (call) => decided(async () => excuseViewers(call.db, call.viewers, await living(call), call.input, call.now)),
  report: async (call) => reportOf(call.db, call.pages.cursorKey, await living(call), call.input, call.now, call.pageSize),
}

/** `next_key`, V1's name, serves where `next_cursor` is absent or empty. */
const cursorOf = ({ next_cursor, next_key }: Call<'getUnwatchStatV2'>['input']) =>
  next_cursor === undefined || next_cursor === '' ? next_key : next_cursor
