import { Readable } from 'node:stream'
import { type ReportedLine, registerLines } from '../../attendance/report/lines.ts'
import { beginning } from '../../cursor.ts'
import { csv } from '../../sheets/csv.ts'
import type { Cell, SheetWriter } from '../../sheets/sheet.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import { householdText, parentsAmong, parentText, reasonName } from '../line_texts.ts'
import { type ListedLine, type LivingList, listTexts, livingListOf, partsOf } from '../living_list.ts'
import { type LivingView, livingViewOf, shownClassesOf } from '../living_view.ts'
import type { Answer, SignedInRequest } from '../page_request.ts'
import type { Text } from '../texts/say.ts'

/** The value of the query parameter `show` that downloads the whole register: the lines of all students, parents and visitors. */
export const wholeRegister = 'all'

const lineHeaders = [
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
] as const satisfies readonly Text[]
const householdHeaders = ['class', 'student', 'studentId', 'state', 'parentsOfStudent', 'parentIds'] as const satisfies readonly Text[]
const widths: Partial<Record<Text, number>> = { entered: 20, left_at: 20, parentsOfStudent: 24, parentIds: 24 }

/**
 * The list of a living's page as a file, or with `show=all` the whole register, as far as the account may see it. The file is streamed
 * while the register is read.
 */
const download =
  (writer: SheetWriter) =>
  async (request: SignedInRequest): Promise<Answer> => {
    const { say, times, serving, query } = request
    const livingView = await livingViewOf(request)
    const { living } = livingView
    const list = query.get('show') === wholeRegister ? undefined : await livingListOf(request, livingView)
    const headers: readonly Text[] = list?.reading === 'households' ? householdHeaders : lineHeaders
    const columns = headers.map((header) => ({ header: say(header), width: widths[header] ?? 14 }))
    const rows = list ? rowsOfList(request, livingView, list) : rowsOfRegister(request, livingView)
    const bytes = writer.write([{ name: living.theme, columns, rows }], { timeZone: serving.timeZone })
    const day = times.dateKey(living.start_time ?? living.reserve_start)
    const content = list ? `${say(listTexts[list.show])} ${say(list.reading)}` : say('wholeRegister')
    const name = `${living.theme} ${day} ${content}.${writer.extension}`
    return { file: Readable.from(bytes, { objectMode: false }), type: writer.type, name }
  }

export const downloadCsv = download(csv)
export const downloadXlsx = download(xlsx)

async function* rowsOfList(request: SignedInRequest, livingView: LivingView, list: LivingList): AsyncGenerator<Cell[]> {
  const shownClasses = shownClassesOf(livingView)
  for await (const entries of partsOf(list))
    for (const entry of entries)
      yield list.reading === 'households'
        ? householdRow(request, livingView, shownClasses, entry)
        : lineRow(request, livingView, shownClasses, entry.line)
}

async function* rowsOfRegister(request: SignedInRequest, livingView: LivingView): AsyncGenerator<Cell[]> {
  const { serving } = request
  const shownClasses = shownClassesOf(livingView)
  for await (const line of registerLines(serving.db, livingView.living, livingView.reportView, beginning, undefined)) {
    if (shownClasses && !line.shown.partyids.some((party_id) => shownClasses.has(party_id))) continue
    yield lineRow(request, livingView, shownClasses, line)
  }
}

/** The cells under `lineHeaders`. */
function lineRow(request: SignedInRequest, livingView: LivingView, shownClasses: ShownClasses, line: ReportedLine): Cell[] {
  const { say } = request
  const { kind, name, student_userid, relation, parent_userid, watch_time, enter_time, leave_time, excused } = line.shown
  // nobody has missed a living that is not held yet
  const isEarly = !livingView.isHeld && line.standing === 'missing'
  return [
    classNames(request, shownClasses, line),
    name,
    student_userid,
    say(kind === 'student' ? 'student' : kind === 'parent' ? 'parent' : 'visitor') + (relation ? `（${relation}）` : ''),
    parent_userid,
    isEarly ? null : reasonName(request, line),
    watch_time,
    dateOf(enter_time),
    dateOf(leave_time),
    excused?.reason,
    excused?.by,
  ]
}

/** The cells under `householdHeaders`. */
function householdRow(
  request: SignedInRequest,
  { isHeld }: LivingView,
  shownClasses: ShownClasses,
  { line, householdLines }: ListedLine,
): Cell[] {
  const parents = parentsAmong(householdLines)
  const { say } = request
  const parentCell = (parent: ReportedLine) => (isHeld ? parentText(request, parent) : parent.shown.relation || say('parent'))
  return [
    classNames(request, shownClasses, line),
    line.shown.name,
    line.shown.student_userid,
    isHeld ? householdText(request, line, householdLines) : null,
    parents.map(parentCell).join('、'),
    parents.map(({ shown }) => shown.parent_userid).join('、'),
  ]
}

type ShownClasses = ReadonlySet<number> | undefined

const classNames = ({ visibility }: SignedInRequest, shownClasses: ShownClasses, { shown }: ReportedLine): string =>
  shown.partyids
    .filter((party_id) => !shownClasses || shownClasses.has(party_id))
    .map((party_id) => visibility.partyNames.get(party_id) ?? String(party_id))
    .join('、')

const dateOf = (time: number) => (time ? new Date(time * 1000) : null)
