import { type AttendanceFile, readAttendanceFile } from '../attendance_file/attendance_file.ts'
import { type Field, fields } from '../attendance_file/headers.ts'
import { importAttendance, type Report } from '../attendance_file/import.ts'
import { checkedMapping, type Mapping } from '../attendance_file/mapping.ts'
import { readSheetRows } from '../attendance_file/read.ts'
import { matchIdentity } from '../identity/match.ts'
import { type ShownViewer, showViewers } from '../identity/shown.ts'
import { mayChooseIn, rangeOf } from './attendance_access.ts'
import type { LivingView } from './living_view.ts'
import type { SignedInRequest } from './page_request.ts'
import { type SuggestedStudent, suggestedIn, viewersTyped } from './who_field.ts'

/** An attendance file that a form has brought for a living. */
export type AskedImport = { readonly request: SignedInRequest; readonly livingView: LivingView; readonly bytes: Uint8Array }

/** A dry run, with the viewers who are candidates and the students who are suggested. */
export type Tried = {
  readonly report: Report
  readonly shown: ReadonlyMap<number, ShownViewer>
  readonly students: readonly SuggestedStudent[]
}

async function fileOf({ request, livingView, bytes }: AskedImport): Promise<AttendanceFile> {
  const { serving, account, form, now } = request
  const { living } = livingView
  const order = form.get('order')
  return readAttendanceFile(serving.db, account.corp_no, await readSheetRows(bytes), {
    timeZone: serving.timeZone,
    dateOrder: order === 'dmy' || order === 'mdy' ? order : undefined,
    mapping: mappingOf(form),
    near: living.start_time ?? living.reserve_start,
    now,
  })
}

/** The mapping that the selects of a form say; undefined where the form has none. Throws `FileError` where it is not enough. */
function mappingOf(form: URLSearchParams): Mapping | undefined {
  const columns = fields.flatMap((field): [Field, string][] => {
    const header = form.get(`column_${field}`)
    // longer headers are cut in the layout of a file too
    return header ? [[field, header.slice(0, 100).trim()]] : []
  })
  return columns.length ? checkedMapping(Object.fromEntries(columns)) : undefined
}

/** What an import would take, and whom it would ask about. Throws `FileError` where the file cannot be read. */
export async function tryImport(asked: AskedImport): Promise<Tried> {
  const { request, livingView } = asked
  const { serving, now } = request
  const report = await importAttendance(serving, livingView.living, await fileOf(asked), { isDryRun: true }, now)
  const candidates = [...report.ambiguous, ...report.unmatched].flatMap((each) => each.candidates)
  const shown = await showViewers(serving.db, livingView.living.corp_no, [...new Set(candidates)])
  return { report, shown, students: await suggestedIn(serving.db, rangeOf(livingView)) }
}

/**
 * Matches those whom the form says who they are, and imports the file. Returns the report, and the texts typed that name nobody. Throws `FileError`
 * where the file cannot be read.
 */
export async function importAsked(asked: AskedImport): Promise<{ report: Report; wrong: readonly string[] }> {
  const { request, livingView } = asked
  const { serving, form, now } = request
  const { living } = livingView
  const file = await fileOf(asked)
  const wrong: string[] = []
  const [whos, typed] = [form.getAll('who'), form.getAll('typed')]
  for (const [index, identity] of form.getAll('identity').entries()) {
    const said = (typed[index] || whos[index] || '').slice(0, 200)
    if (said === '') continue
    const viewer_nos = said === 'nobody' ? [] : await viewersTyped(serving.db, rangeOf(livingView), said, mayChooseIn(request, livingView))
    if (viewer_nos) await matchIdentity(serving.db, living.corp_no, file.source, identity, viewer_nos, now)
    else wrong.push(said)
  }
  return { report: await importAttendance(serving, living, file, { skipBadRows: form.get('skip') === '1' }, now), wrong }
}
