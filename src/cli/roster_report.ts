import { type BadRow, reasonText } from '../roster/import/reasons.ts'
import type { Report } from '../roster/import/report.ts'
import { printLine } from './ask/printable.ts'
import type { Lang } from './ask/words.ts'

/** Number of bad rows that are printed on stderr at most. The report on stdout has all of them. */
const maxBadRows = 50

/** Prints on stderr what an import changed or would change, which rows are bad, and what to do if nothing was imported. */
export function explainReport(report: Report, { dryRun, removeMissing }: { dryRun?: boolean; removeMissing?: boolean }, lang: Lang): void {
  const { students, parents, departments, removals, bad_rows, unread_columns } = report
  if (unread_columns.length) printLine(`columns that are not read: ${unread_columns.join(', ')}`)
  for (const badRow of bad_rows.slice(0, maxBadRows)) printLine(badRowText(badRow, lang))
  if (bad_rows.length > maxBadRows) printLine(`… and ${bad_rows.length - maxBadRows} more; the report on stdout has them all`)
  if (removals) {
    const share = (some: number, all: number) => `${some} of ${all} (${all ? Math.round((some / all) * 1000) / 10 : 0} %)`
    printLine(
      `not in the file: ${share(removals.students, removals.of_students)} pupils, ${share(removals.parents, removals.of_parents)} parents`,
    )
  }
  if (report.stopped === 'bad_rows')
    printLine(
      removeMissing
        ? `${bad_rows.length} bad rows: nothing is imported. Mend them first: --remove-missing would remove the people of the bad rows`
        : `${bad_rows.length} bad rows: nothing is imported. Mend them, or leave their pupils out with --skip-bad-rows`,
    )
  else if (report.stopped === 'removals' && removals)
    printLine(
      `more than 5 % would leave: nothing is imported. If that is meant, add --confirm-removal ${removals.students + removals.parents}`,
    )
  else
    printLine(
      `${dryRun ? 'would change' : 'changed'}: pupils ${countsText(students)} (${students.moved} moved); parents ${countsText(parents)}; ` +
        `${departments.created.length} departments made`,
    )
}

const countsText = ({ created, changed, removed, unchanged }: Report['parents']) =>
  `${created} new, ${changed} changed, ${removed} removed, ${unchanged} as they were`

const badRowText = (bad: BadRow, lang: Lang) =>
  `${bad.file === undefined ? '' : `${bad.file} `}line ${bad.line}, ${bad.column}: ${reasonText(bad, lang)}`
