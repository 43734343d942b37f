import type { Asked, Report } from '../attendance_file/import.ts'
import { reasonText } from '../attendance_file/reasons.ts'
import type { ShownViewer } from '../identity/shown.ts'
import { printLine } from './ask/printable.ts'
import type { Lang } from './ask/words.ts'

type Shown = ReadonlyMap<number, ShownViewer>

/** Number of people, and of bad rows, that are printed on stderr at most. The report on stdout has all of them. */
const mostLines = 50

/** A report as the command prints it: candidates with their userids and names, bad rows with their reasons as sentences. */
export function printedReport({ unmatched, ambiguous, bad_rows, ...counts }: Report, shown: Shown, lang: Lang) {
  return {
    unmatched: unmatched.map(({ identity, name, className }) => ({ identity, name, ...(className && { class: className }) })),
    ambiguous: ambiguous.map(({ identity, name, className, candidates }) => ({
      identity,
      name,
      ...(className && { class: className }),
      candidates: printedCandidates(candidates, shown),
    })),
    ...counts,
    bad_rows: bad_rows.map((row) => ({ sheet: row.sheet + 1, line: row.line, column: row.column, reason: reasonText(row, lang) })),
  }
}

/** Candidates as commands print them, without their numbers, which say nothing outside of the database. */
export const printedCandidates = (viewer_nos: readonly number[], shown: Shown) =>
  viewer_nos.flatMap((viewer_no) => {
    const viewer = shown.get(viewer_no)
    return viewer
      ? [{ who: viewer.who, name: viewer.name, ...(viewer.relation && { relation: viewer.relation }), classes: viewer.classes }]
      : []
  })

/** Prints on stderr who is not matched, and whom their names fit; then what was taken or would be taken, and which rows are bad. */
export function explainAttendance(report: Report, shown: Shown, isDryRun: boolean, lang: Lang): void {
  const { unmatched, ambiguous, bad_rows, unread_columns } = report
  const asked = [...unmatched, ...ambiguous]
  for (const each of asked.slice(0, mostLines)) printLine(askedText(each, shown))
  if (asked.length > mostLines) printLine(`… and ${asked.length - mostLines} more who are not matched; the report on stdout has them all`)
  if (asked.length) printLine(`say who they are: rollcall attendance match ${report.source} IDENTITY USERID, or in the console`)
  for (const row of bad_rows.slice(0, mostLines)) printLine(`line ${row.line}, ${row.column}: ${reasonText(row, lang)}`)
  if (bad_rows.length > mostLines) printLine(`… and ${bad_rows.length - mostLines} more bad rows; the report on stdout has them all`)
  if (unread_columns.length) printLine(`columns that are not read: ${unread_columns.join(', ')}`)
  if (report.from_start)
    printLine(`${report.from_start} rows have a duration and no times: they are counted from the start of the lesson on`)
  if (report.from_first_entry)
    printLine(`${report.from_first_entry} people were away in between: their duration is counted from the first entry on`)
  if (report.outside)
    printLine(`${report.outside} of ${report.stays} stays lie outside of the lesson's time: is it the file of this lesson?`)
  if (report.stopped) printLine(`${bad_rows.length} bad rows: nothing is imported. Mend them, or leave them out with --skip-bad-rows`)
  else
    printLine(
      `${isDryRun ? 'would be counted' : 'counted'}: ${report.viewers} viewers, ${report.visitors} visitors, of them ` +
        `${asked.length} to be matched; ${report.new_stays} of ${report.stays} stays are new; ${report.hosts} rows of hosts left out`,
    )
}

const askedText = ({ identity, name, className, candidates }: Asked, shown: Shown): string => {
  const fits = candidates.flatMap((viewer_no) => {
    const viewer = shown.get(viewer_no)
    return viewer ? [`${viewer.who} (${[viewer.name + (viewer.relation ?? ''), ...viewer.classes].join(', ')})`] : []
  })
  const label = [name, className, identity === name ? undefined : identity].filter(Boolean).join(', ')
  return `not matched: ${label}${fits.length ? `: may be ${fits.join(' or ')}` : ''}`
}
