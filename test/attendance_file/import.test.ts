import assert from 'node:assert/strict'
import { tickedCache } from '../../src/attendance/presence/ticked_cache.ts'
import { readAttendanceFile } from '../../src/attendance_file/attendance_file.ts'
import { type ImportOptions, importAttendance, type Target } from '../../src/attendance_file/import.ts'
import { livingToBe, makeLiving, planLiving } from '../../src/attendance_file/make_living.ts'
import { parseMapping } from '../../src/attendance_file/mapping.ts'
import { readSheetRows } from '../../src/attendance_file/read.ts'
import { matchIdentity } from '../../src/identity/match.ts'
import { onBoth } from '../databases.ts'
import { storedLiving, viewerOf } from '../identity/school.ts'
import { endAt, linesOf, reserve, startAt, watchedBy } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { ownCsv, teamsCsv, zoomCsv, zoomDurationsCsv } from './files.ts'

/** Attendance files are imported into registers. */
const six = Date.parse('2026-11-26T18:00:00+08:00') / 1000

async function aSchool(database: Parameters<typeof makeSchool>[0]) {
  const school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: [], han: [] }, '3B': { he: [] } } })
  school.clock.now = six
  const { client } = school
  await client.updateStudent({ student_userid: 'li', name: '李雷' })
  await client.updateStudent({ student_userid: 'wu', name: '吴小明' })
  const { livingid } = await client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: six,
    living_duration: 2400,
    living_range: { partyids: [school.classIds['3A'] as number] },
  })
  await startAt(school, six, livingid)
  school.clock.now = six + 7200
  await endAt(school, six + 2400, livingid)
  return { ...school, living: livingid } as School
}

const fileOf = async ({ db, corp_no, clock }: School, bytes: Uint8Array, more: object = {}) =>
  readAttendanceFile(db, corp_no, await readSheetRows(bytes), { timeZone: 'Asia/Shanghai', now: clock.now, ...more })

async function imported(school: School, bytes: Uint8Array, options: ImportOptions & { mapping?: string } = {}, living?: Target) {
  const { db, clock } = school
  const context = { db, ticked: tickedCache(), presenceStarts: true, endGrace: 1800 }
  const file = await fileOf(school, bytes, options.mapping === undefined ? {} : { mapping: parseMapping(options.mapping) })
  return importAttendance(context, living ?? (await storedLiving(school)), file, options, clock.now)
}

const secondsOf = async (school: School, who: string, livingid = school.living) => {
  const { lines } = await school.client.ours.report({ livingid })
  return lines.find(({ kind, student_userid, name }) => (kind === 'visitor' ? name : kind === 'student' && student_userid) === who)
    ?.watch_time
}

onBoth('a file ticks those it names; who is not matched stands first, and is a visitor', async (database) => {
  await using school = await aSchool(database)
  const tried = await imported(school, zoomCsv, { isDryRun: true })
  assert.deepEqual([tried.written, await watchedBy(school)], [false, []])
  const report = await imported(school, zoomCsv)
  assert.deepEqual({ ...tried, written: true }, report)
  assert.deepEqual([report.unmatched.map(({ name }) => name), report.ambiguous], [['小李'], []])
  assert.deepEqual([report.viewers, report.visitors, report.rows, report.new_stays], [2, 1, 4, 4])
  assert.deepEqual(await watchedBy(school), ['li', 'wu', '小李'])
  assert.deepEqual([await secondsOf(school, 'li'), await secondsOf(school, 'wu')], [600 + 1660, 1740])
})

onBoth('the same file twice changes nothing', async (database) => {
  await using school = await aSchool(database)
  await imported(school, zoomCsv)
  const before = [await linesOf(school), (await school.client.ours.report({ livingid: school.living })).counts]
  const again = await imported(school, zoomCsv)
  assert.deepEqual([again.written, again.new_stays], [false, 0])
  assert.deepEqual([await linesOf(school), (await school.client.ours.report({ livingid: school.living })).counts], before)
})

onBoth('somebody matched once is a viewer in the next file, and is not asked about again', async (database) => {
  await using school = await aSchool(database)
  await imported(school, zoomCsv)
  const he = await viewerOf(school, 'han')
  await matchIdentity(school.db, school.corp_no, 'zoom', 'guest@school.example', [he], school.clock.now)
  assert.deepEqual(await watchedBy(school), ['han', 'li', 'wu'])
  const again = await imported(school, zoomCsv)
  assert.deepEqual([again.unmatched, again.written], [[], false])
  await matchIdentity(school.db, school.corp_no, 'zoom', '小李', [], school.clock.now)
  const durations = await imported(school, zoomDurationsCsv)
  assert.deepEqual([durations.unmatched, durations.visitors], [[], 1])
})

onBoth('durations without times are counted from the start of the lesson on', async (database) => {
  await using school = await aSchool(database)
  const report = await imported(school, zoomDurationsCsv)
  assert.deepEqual([report.from_start, await secondsOf(school, 'li')], [2, 2280])
})

onBoth("of Teams' report each visit counts, and of a summary no more than its duration", async (database) => {
  await using school = await aSchool(database)
  const report = await imported(school, teamsCsv)
  assert.deepEqual([report.hosts, report.from_first_entry], [1, 1])
  assert.deepEqual([await secondsOf(school, 'li'), await secondsOf(school, 'wu')], [600 + 1660, 540])
})

onBoth('a mapping is remembered for the next file with the same headers', async (database) => {
  await using school = await aSchool(database)
  const tried = await imported(school, ownCsv, { isDryRun: true, mapping: 'name=谁,class=哪班,enter=到,leave=走' })
  assert.deepEqual(
    tried.unmatched.map(({ name }) => name),
    ['外婆'],
  )
  await assert.rejects(imported(school, ownCsv), /no columns found/)
  await imported(school, ownCsv, { mapping: 'name=谁,class=哪班,enter=到,leave=走' })
  const again = await imported(school, ownCsv)
  assert.deepEqual([again.viewers, again.visitors, again.new_stays], [1, 1, 0])
})

onBoth('a bad row stops the import, unless bad rows are left out', async (database) => {
  await using school = await aSchool(database)
  const bytes = Buffer.from('姓名,加入时间,离开时间\n李雷,2026/11/26 18:00,2026/11/26 18:10\n吴小明,gestern,\n')
  const stopped = await imported(school, bytes)
  assert.deepEqual([stopped.stopped, stopped.written, stopped.bad_rows.length, await watchedBy(school)], ['bad_rows', false, 1, []])
  const skipped = await imported(school, bytes, { skipBadRows: true })
  assert.deepEqual([skipped.written, await watchedBy(school)], [true, ['li']])
})

onBoth('a living is made of a file once, with the times and the topic that the file names', async (database) => {
  await using school = await aSchool(database)
  const { db, corpid, corp_no, app, clock } = school
  const asked = { corp: { corp_no, corpid }, agentid: app.agentid, anchor_userid: 'wang', party_ids: [school.classIds['3A'] as number] }
  const plan = planLiving(await fileOf(school, zoomCsv), asked)
  const tried = await imported(school, zoomCsv, { isDryRun: true }, await livingToBe(db, plan, asked))
  assert.deepEqual([tried.viewers, tried.visitors], [2, 1])

  const made = await makeLiving(db, plan, asked, clock.now)
  assert.deepEqual([made.theme, made.start_time, made.end_time], ['三年级公开课', six, six + 2400])
  await imported(school, zoomCsv, {}, made)
  assert.deepEqual(await watchedBy(school, made.livingid), ['li', 'wu', '小李'])
  assert.equal((await makeLiving(db, plan, asked, clock.now)).living_no, made.living_no)
  assert.equal((await livingToBe(db, plan, asked)).living_no, made.living_no)
  assert.deepEqual(await school.unwatched(made.livingid), ['han', 'li_mum/li'])
  assert.throws(() => planLiving({ ...tried, visits: [], meeting: {} } as never, asked), /does not say when the lesson was held/)
})

onBoth('a large file is imported in batches', async (database) => {
  await using school = await aSchool(database)
  const rows = Array.from({ length: 2500 }, (_, no) => `客人${no},2026-11-26 18:${String(no % 40).padStart(2, '0')}:00,2026-11-26 18:40:00`)
  const report = await imported(school, Buffer.from(['姓名,加入时间,离开时间', ...rows].join('\n')))
  assert.deepEqual([report.visitors, report.new_stays, (await watchedBy(school)).length], [2500, 2500, 2500])
})

onBoth('a file of another lesson is noticed, and durations are not counted before a lesson has begun', async (database) => {
  await using school = await aSchool(database)
  const another = Buffer.from('姓名,加入时间,离开时间\n李雷,2026/11/26 10:00,2026/11/26 10:40\n')
  const tried = await imported(school, another, { isDryRun: true })
  assert.deepEqual([tried.outside, tried.stays], [1, 1])
  assert.equal((await imported(school, zoomCsv, { isDryRun: true })).outside, 0)
  const planned = await reserve(school, ['3A'], { living_start: school.clock.now + 86_400 })
  await assert.rejects(imported(school, zoomDurationsCsv, {}, await storedLiving(school, planned)), /the lesson has not begun/)
})

onBoth('a stay without an end lasts until the lesson ends, or until now', async (database) => {
  await using school = await aSchool(database)
  await imported(school, Buffer.from('姓名,加入时间\n李雷,2026/11/26 18:10\n'))
  assert.equal(await secondsOf(school, 'li'), 1800)
  const live = await school.startLiving(['3A'])
  school.clock.now += 600
  await imported(school, Buffer.from(`姓名,加入时间\n李雷,${school.clock.now - 300}\n`), {}, await storedLiving(school, live))
  assert.equal(await secondsOf(school, 'li', live), 300)
})
