import { type BadRow, reasonText } from '../../roster/import/reasons.ts'
import type { Change, Report } from '../../roster/import/report.ts'
import { type Html, html } from '../html.ts'
import type { SignedInRequest } from '../page_request.ts'

/** The most rows that a table shows. A line below it says how many more there are. */
const mostRows = 100

/** The report of an import or of its dry run: counts, new departments, columns that were not read, bad rows and changed students. */
export function reportOf(request: SignedInRequest, report: Report): Html {
  const { say } = request
  const { students, parents, departments, changes, bad_rows, unread_columns } = report
  return html`${table(
    say('change'),
    [say('kind'), say('created'), say('changed'), say('movedOf'), say('removed'), say('unchanged')],
    [
      [say('students'), students.created, students.changed, students.moved, students.removed, students.unchanged],
      [say('parents'), parents.created, parents.changed, '', parents.removed, parents.unchanged],
    ],
  )}
${departments.created.length > 0 && html`<section><h2>${say('newDepartments')} <small class="num">${departments.created.length}</small></h2><p>${departments.created.slice(0, mostRows).join(' · ')}${more(request, departments.created.length)}</p></section>`}
${unread_columns.length > 0 && html`<p class="sub">${say('unreadColumns', { columns: unread_columns.join('、') })}</p>`}
${bad_rows.length > 0 && html`<section><h2>${say('badRows')} <small class="num">${bad_rows.length}</small></h2><p class="sub">${say('badRowsSay')}</p>${badTable(request, bad_rows)}</section>`}
${changes.length > 0 && html`<section><h2>${say('change')}</h2>${changeTable(request, changes)}${more(request, students.created + students.changed + students.removed)}</section>`}`
}

const badTable = (request: SignedInRequest, badRows: readonly BadRow[]) => {
  const { say, lang } = request
  const rows = badRows
    .slice(0, mostRows)
    .map((each) => [`${each.file ? `${each.file} ` : ''}${each.line}`, each.column, reasonText(each, lang)])
  return html`${table(say('badRows'), [say('line'), say('column'), say('reason')], rows)}${more(request, badRows.length)}`
}

const changeTable = ({ say }: SignedInRequest, changes: readonly Change[]) =>
  table(
    say('students'),
    [say('student'), say('studentId'), say('change'), say('class')],
    changes.slice(0, mostRows).map(({ name, student_userid, does, from, to }) => {
      const classes = [from, to].filter((each) => each !== undefined).map((each) => each.join(' · '))
      return [name, student_userid, say(does), classes.join(' → ')]
    }),
  )

/** How many rows are not shown. */
const more = ({ say }: SignedInRequest, count: number) =>
  count > mostRows && html`<p class="sub">${say('andMore', { n: count - mostRows })}</p>`

/** A table whose first cell of each row is its header. */
const table = (label: string, headers: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td${typeof cell === 'number' && html` class="num"`}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
