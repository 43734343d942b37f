import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAttendanceFile } from '../../src/attendance_file/attendance_file.ts'
import { parseMapping } from '../../src/attendance_file/mapping.ts'
import { readSheetRows } from '../../src/attendance_file/read.ts'
import { xlsx } from '../../src/sheets/xlsx.ts'
import { sharedDb, sqlite } from '../databases.ts'
import { ownCsv, teamsCsv, tencentSheets, zoomCsv, zoomDurationsCsv } from './files.ts'

/** What is read of the files of Zoom, Teams and 腾讯会议, and of others. */
const six = Date.parse('2026-11-26T18:00:00+08:00') / 1000
const later = Date.parse('2026-12-01T00:00:00+08:00') / 1000

async function read(bytes: Uint8Array, { mapping }: { mapping?: string } = {}) {
  const { db } = await sharedDb(sqlite)
  const file = await readAttendanceFile(db, 1, await readSheetRows(bytes), { timeZone: 'Asia/Shanghai', now: later, ...mapped(mapping) })
  const seen = file.visits.map(({ person, enter, leave, duration }) => [
    person.name,
    person.identity,
    enter && enter - six,
    leave && leave - six,
    duration,
  ])
  return { ...file, seen }
}

const mapped = (mapping?: string) => (mapping === undefined ? {} : { mapping: parseMapping(mapping) })

async function workbook(sheets: readonly { name: string; rows: readonly (readonly string[])[] }[]): Promise<Buffer> {
  const made = sheets.map(({ name, rows: [first = [], ...rows] }) => {
    const width = Math.max(...[first, ...rows].map((row) => row.length))
    return { name, columns: Array.from({ length: width }, (_, index) => ({ header: first[index] ?? '' })), rows }
  })
  return Buffer.concat(await Array.fromAsync(xlsx.write(made)))
}

test("Zoom's report is read with each visit, and what its first rows say of the meeting", async () => {
  const { seen, source, meeting, bad, unreadColumns } = await read(zoomCsv)
  assert.deepEqual(seen, [
    ['李雷', 'li@school.example', 10, 610, undefined],
    ['李雷', 'li@school.example', 730, 2390, undefined],
    ['吴小明 (iPad)', '吴小明 (iPad)', 60, 1800, undefined],
    ['小李', 'guest@school.example', 300, 360, undefined],
  ])
  assert.deepEqual([source, bad, unreadColumns], ['zoom', [], ['Guest']])
  assert.deepEqual(meeting, { topic: '三年级公开课', start: six, end: six + 2400 })
})

test("Zoom's report of unique users is read with durations alone", async () => {
  const { seen, source } = await read(zoomDurationsCsv)
  assert.deepEqual(seen, [
    ['李雷', 'li@school.example', undefined, undefined, 2280],
    ['小李', '小李', undefined, undefined, 300],
  ])
  assert.equal(source, 'zoom')
})

test("Teams' report is read from UTF-16: each visit where it lists them, else first join and last leave; the organizer is left out", async () => {
  const { seen, source, meeting, hosts, visits } = await read(teamsCsv)
  assert.deepEqual(seen, [
    ['吴小明', 'wu@school.example', 60, 1800, 540],
    ['李雷', 'li@school.example', 10, 610, undefined],
    ['李雷', 'li@school.example', 730, 2390, undefined],
  ])
  assert.deepEqual([source, hosts, meeting.topic, meeting.start], ['teams', 1, '三年级公开课', six])
  // the account stands in the table of participants alone
  assert.deepEqual(
    visits.map(({ person }) => person.userid),
    ['wu@school.example', 'li', 'li'],
  )
})

test('the workbook of 腾讯会议 is read, each visit where it has them, without its host', async () => {
  const [overview, details] = tencentSheets
  const summary = await read(await workbook([overview]))
  assert.deepEqual(summary.seen, [['lilei(李雷)', 'lilei(李雷)', 0, 2400, 1800]])
  assert.deepEqual([summary.source, summary.hosts], ['tencent-meeting', 1])
  const { seen, hosts } = await read(await workbook([overview, details]))
  assert.deepEqual(seen, [
    ['lilei(李雷)', 'lilei(李雷)', 0, 1200, undefined],
    ['lilei(李雷)', 'lilei(李雷)', 1800, 2400, undefined],
  ])
  assert.equal(hosts, 2)
})

test('a file with other headers is read by a mapping', async () => {
  const { seen, source } = await read(ownCsv, { mapping: 'name=谁,class=哪班,enter=到,leave=走' })
  assert.deepEqual(seen, [
    ['李雷', '李雷', 0, 2400, undefined],
    ['外婆', '外婆', 600, 1200, undefined],
  ])
  assert.equal(source, 'file')
  await assert.rejects(read(ownCsv), /no columns found: .*got 谁, 哪班, 到, 走/)
  await assert.rejects(read(ownCsv, { mapping: 'name=姓名,enter=到' }), /expected a row with the headers 姓名, 到/)
  await assert.rejects(read(ownCsv, { mapping: 'who=谁' }), /expected parts like name=姓名/)
  await assert.rejects(read(ownCsv, { mapping: 'name=谁' }), /and enter or duration/)
})

test('rows that cannot be taken are named with their line, column and reason', async () => {
  const lines = [
    '姓名,加入时间,离开时间',
    ',2026/11/26 18:00,2026/11/26 18:10',
    '李雷,gestern,',
    '吴小明,2026/11/26 18:00,2026/11/26 17:00',
    '小李,2027/01/01 10:00,',
    '韩梅梅,,2026/11/26 18:00',
  ]
  const { seen, bad } = await read(Buffer.from(lines.join('\n')))
  assert.deepEqual(seen, [])
  assert.deepEqual(
    bad.map(({ line, column, reason }) => `${line} ${column} ${reason}`),
    ['2 姓名 no_identity', '3 加入时间 bad_moment', '4 离开时间 leaves_first', '5 加入时间 in_future', '6 加入时间 no_time'],
  )
})

test('a file that is no table is refused with a sentence', async () => {
  await assert.rejects(read(Buffer.alloc(0)), /the file is empty/)
  await assert.rejects(read(Buffer.from([0xd0, 0xcf, 0x11, 0xe0])), /old Excel file/)
  await assert.rejects(read(Buffer.from('PK\u0003\u0004')), Error)
})
