// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source, in which `${…}` is written as it stands there
import type { Mutant } from './mutant.ts'

const excuse = 'test/conformance/excuse.test.ts'
const households = 'test/conformance/report_households.test.ts'
const pages = 'test/conformance/get_unwatch_stat_v2_pages.test.ts'
const report = 'test/conformance/report.test.ts'

/** Rules of the lists and of the report: excuses, households, the past, cursors and pages. */
export const listMutants: readonly Mutant[] = [
  {
    name: 'an excuse keeps no past',
    file: 'src/register/excuse.ts',
    replace: '    keepPast(which, now),\n',
    by: '',
    tests: [excuse],
  },
  {
    name: 'undo 0 is taken as undo',
    file: 'src/attendance/excuse.ts',
    replace: 'Number(undo ?? 0) === 1',
    by: 'undo !== undefined',
    tests: [excuse],
  },
  {
    name: 'who does not subscribe does not watch for the household',
    file: 'src/register/household.ts',
    replace: "standing === 'watched' || (hasWatched && standing !== 'missing')",
    by: "standing === 'watched'",
    tests: [households],
  },
  {
    name: 'a household lists parents who left it',
    file: 'src/attendance/report/tally.ts',
    replace: 'shown.parent_userid !== undefined && line.in_range',
    by: 'shown.parent_userid !== undefined',
    tests: [households],
  },
  {
    name: 'as_of takes the latest change after the moment',
    file: 'src/attendance/report/store.ts',
    replace: 'order by viewer_no, until`',
    by: 'order by viewer_no, until desc`',
    tests: [report],
  },
  {
    name: 'as_of sees stays that began later',
    file: 'src/attendance/report/lines.ts',
    replace: 'stay.enter_time <= asOf',
    by: 'true',
    tests: [report],
  },
  {
    name: 'joined_after shows parents who are not bound any more',
    file: 'src/attendance/report/store.ts',
    replace: 'where v.corp_no = ${corp_no} and v.active = 1',
    by: 'where v.corp_no = ${corp_no}',
    tests: [report],
  },
  {
    name: 'the last page of a report says that there is more',
    file: 'src/attendance/report/report.ts',
    replace: "(list === 'households' ? households : page).length > limit",
    by: "(list === 'households' ? households : page).length >= limit",
    tests: [report],
  },
  {
    name: 'the last page of the unwatched says that there is more',
    file: 'src/attendance/pages/unwatched.ts',
    replace: 'hasMore = to < slice.to\n',
    by: 'hasMore = to - from === left\n',
    tests: [pages],
  },
  {
    name: 'a page repeats the last viewer of the page before',
    file: 'src/attendance/pages/run.ts',
    replace: '(viewer_nos[index] as number) <= viewer_no)',
    by: '(viewer_nos[index] as number) < viewer_no)',
    tests: [pages],
  },
  {
    name: 'a cached page outlives a change of its register',
    file: 'src/repeat_cache.ts',
    replace: 'cached?.version === version ? cached.value : undefined',
    by: 'cached?.value',
    tests: [pages],
  },
  {
    name: 'a cursor of another list is accepted',
    file: 'src/cursor.ts',
    replace: '${corp_no} ${list} ${livingid}',
    by: '${corp_no} ${livingid}',
    tests: [pages],
  },
  {
    name: 'a cursor of another living is accepted',
    file: 'src/cursor.ts',
    replace: '${corp_no} ${list} ${livingid}',
    by: '${corp_no} ${list}',
    tests: [pages],
  },
]
