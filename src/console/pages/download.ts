import { Readable } from 'node:stream'
import { registerLines } from '../../attendance/report/lines.ts'
import { beginning } from '../../cursor.ts'
import { csv } from '../../sheets/csv.ts'
import type { Cell, Column, SheetWriter } from '../../sheets/sheet.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import { reasons } from '../../wire/v1/report.ts'
import { type Lesson, lessonOf, onlyOf } from '../lesson.ts'
import type { Text } from '../texts.ts'
import type { Answer, Visit } from '../visit.ts'

/** The whole register of a lesson as a file, line by line as it is read: whoever may see it, with class, reason and times. */
const download =
  (writer: SheetWriter) =>
  async (visit: Visit): Promise<Answer> => {
    const { say, times, room } = visit
    const lesson = await lessonOf(visit)
    const { living } = lesson
    const headers: readonly Text[] = [
      'class',
      'pupil',
      'pupilId',
      'kind',
      'parentId',
      'reason',
      'watchedSeconds',
      'entered',
      'left_at',
      'excused',
      'by',
    ]
    const columns: Column[] = headers.map((header) => ({
      header: say(header),
      width: header === 'entered' || header === 'left_at' ? 20 : 14,
    }))
    const sheet = { name: living.theme, columns, rows: rowsOf(visit, lesson) }
    const bytes = writer.write([sheet], { timeZone: room.timeZone })
    const name = `${living.theme} ${times.dateKey(living.start_time ?? living.reserve_start)}.${writer.extension}`
    return { file: Readable.from(bytes, { objectMode: false }), type: writer.type, name }
  }

export const downloadCsv = download(csv)
export const downloadXlsx = download(xlsx)

async function* rowsOf(visit: Visit, lesson: Lesson): AsyncGenerator<Cell[]> {
  const { say, room, sight } = visit
  const only = onlyOf(lesson)
  const at = (time: number) => (time ? new Date(time * 1000) : null)
  for await (const { shown } of registerLines(room.db, lesson.living, lesson.view, beginning, undefined)) {
    const classes = shown.partyids.filter((party_id) => !only || only.has(party_id))
    if (only && classes.length === 0) continue
    const { student_userid, parent_userid, excused } = shown
    yield [
      classes.map((party_id) => sight.names.get(party_id) ?? String(party_id)).join('、'),
      shown.name,
      student_userid,
      say(shown.kind === 'student' ? 'pupil' : shown.kind === 'parent' ? 'parent' : 'visitor') +
        (shown.relation ? `（${shown.relation}）` : ''),
      parent_userid,
      reasonName(visit, shown.reason),
      shown.watch_time,
      at(shown.enter_time),
      at(shown.leave_time),
      excused?.reason,
      excused?.by,
    ]
  }
}

const reasonName = ({ say }: Visit, reason: string) =>
  reason === 'too_short' ? say('tooShort') : (reasons as readonly string[]).includes(reason) ? say(reason as Text) : reason
