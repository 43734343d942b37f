import { Readable } from 'node:stream'
import { registerLines } from '../../attendance/report/lines.ts'
import { beginning } from '../../cursor.ts'
import { csv } from '../../sheets/csv.ts'
import type { Cell, Column, SheetWriter } from '../../sheets/sheet.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import { reasons } from '../../wire/v1/report.ts'
import { type LivingView, livingViewOf, shownClassesOf } from '../living_view.ts'
import type { Answer, SignedInRequest } from '../page_request.ts'
import type { Text } from '../texts/say.ts'

/**
 * The register of a living as a file, as far as the account may see it: each line with class, reason and times. The file is streamed while
 * the register is read.
 */
const download =
  (writer: SheetWriter) =>
  async (request: SignedInRequest): Promise<Answer> => {
    const { say, times, serving } = request
    const livingView = await livingViewOf(request)
    const { living } = livingView
    const headers: readonly Text[] = [
      'class',
      'student',
      'studentId',
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
    const sheet = { name: living.theme, columns, rows: rowsOf(request, livingView) }
    const bytes = writer.write([sheet], { timeZone: serving.timeZone })
    const name = `${living.theme} ${times.dateKey(living.start_time ?? living.reserve_start)}.${writer.extension}`
    return { file: Readable.from(bytes, { objectMode: false }), type: writer.type, name }
  }

export const downloadCsv = download(csv)
export const downloadXlsx = download(xlsx)

async function* rowsOf(request: SignedInRequest, livingView: LivingView): AsyncGenerator<Cell[]> {
  const { say, serving, visibility } = request
  const shownClasses = shownClassesOf(livingView)
  const dateOf = (time: number) => (time ? new Date(time * 1000) : null)
  for await (const { shown } of registerLines(serving.db, livingView.living, livingView.reportView, beginning, undefined)) {
    const classes = shown.partyids.filter((party_id) => !shownClasses || shownClasses.has(party_id))
    if (shownClasses && classes.length === 0) continue
    const { student_userid, parent_userid, excused } = shown
    yield [
      classes.map((party_id) => visibility.partyNames.get(party_id) ?? String(party_id)).join('、'),
      shown.name,
      student_userid,
      say(shown.kind === 'student' ? 'student' : shown.kind === 'parent' ? 'parent' : 'visitor') +
        (shown.relation ? `（${shown.relation}）` : ''),
      parent_userid,
      reasonName(request, shown.reason),
      shown.watch_time,
      dateOf(shown.enter_time),
      dateOf(shown.leave_time),
      excused?.reason,
      excused?.by,
    ]
  }
}

const reasonName = ({ say }: SignedInRequest, reason: string) =>
  reason === 'too_short' ? say('tooShort') : (reasons as readonly string[]).includes(reason) ? say(reason as Text) : reason
