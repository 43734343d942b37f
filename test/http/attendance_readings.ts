import { readAttendanceFile } from '../../src/attendance_file/attendance_file.ts'
import { cleanIdentity } from '../../src/identity/identity.ts'
import { nameForms, namesWithin } from '../../src/identity/names.ts'
import type { Db } from '../../src/store/db.ts'

const noDb = { all: async () => [], batch: async () => [], dialect: 'sqlite' } as unknown as Db

const attendanceOf = (table: readonly (readonly string[])[]) =>
  readAttendanceFile(
    noDb,
    1,
    table.map((cells, index) => ({ sheet: 0, line: index + 1, cells })),
    { timeZone: 'Asia/Shanghai', now: 1_800_000_000 },
  )

/** The reading of an attendance file, and of the names in it, with the text in each place where it looks. */
export const readingsOf = (text: string): (() => unknown)[] => [
  () =>
    attendanceOf([
      ['姓名', '加入时间', '时长'],
      [text, '2026/11/26 18:00', ''],
    ]),
  () =>
    attendanceOf([
      ['姓名', '加入时间', '时长'],
      ['a', text, text],
    ]),
  () =>
    attendanceOf([
      ['姓名', '加入时间'],
      ['a', `2026/11/26 ${text}`],
    ]),
  () => attendanceOf([[text, '加入时间', text]]),
  () => nameForms(cleanIdentity({ source: text, identity: text, name: text }).name),
  () => namesWithin(cleanIdentity({ source: 'a', identity: 'a', name: text }).name),
  () => nameForms(`张三${text}`),
]
