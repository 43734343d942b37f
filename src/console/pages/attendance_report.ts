import { fields } from '../../attendance_file/headers.ts'
import type { Asked, Report } from '../../attendance_file/import.ts'
import { reasonText } from '../../attendance_file/reasons.ts'
import type { ShownViewer } from '../../identity/shown.ts'
import { type Html, html } from '../html.ts'
import { choice } from '../layout.ts'
import type { SignedInRequest } from '../page_request.ts'
import { candidateText, type SuggestedStudent, suggestions, whoField } from '../who_field.ts'

/** The most people who are asked about in one form, and the most bad rows that are shown: a form has 1,000 fields at most. */
export const mostAsked = 150
const mostRows = 100

/** The choices of who each unmatched person is: fields of the form that confirms the import. */
export function askedFields(
  request: SignedInRequest,
  { unmatched, ambiguous }: Report,
  shown: ReadonlyMap<number, ShownViewer>,
  students: readonly SuggestedStudent[],
): Html {
  const { say } = request
  const asked = [...ambiguous, ...unmatched]
  if (asked.length === 0) return html``
  return html`<section><h2>${say('unmatched')} <small class="num">${asked.length}</small></h2><p class="sub">${say('unmatchedSay')}</p>${suggestions(students)}
<ul class="asked">${asked.slice(0, mostAsked).map((each) => askedField(request, each, shown))}</ul>${asked.length > mostAsked && html`<p class="sub">${say('andMore', { n: asked.length - mostAsked })}</p>`}</section>`
}

function askedField(
  request: SignedInRequest,
  { identity, name, className, candidates }: Asked,
  shown: ReadonlyMap<number, ShownViewer>,
): Html {
  const { say } = request
  const label = say('whoIsIt', { name })
  const options = candidates.flatMap((viewer_no) => {
    const viewer = shown.get(viewer_no)
    return viewer ? [[viewer.who, candidateText(viewer)] as const] : []
  })
  return html`<li><p class="name">${name}<small>${[identity === name ? '' : identity, className ?? ''].filter(Boolean).join(' · ')}</small></p>
<div class="row"><input type="hidden" name="identity" value="${identity}"><select name="who" aria-label="${label}"><option value="">${say('laterVisitor')}</option>${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}<option value="nobody">${say('nobodyOfSchool')}</option></select>${whoField(request, label)}</div></li>`
}

/** The counts of an import or of its dry run, what was approximated, and the bad rows. */
export function countsOf(request: SignedInRequest, report: Report): Html {
  const { say, lang } = request
  const counts = [
    [say('asViewers'), report.viewers],
    [say('asVisitors'), report.visitors],
    [say('staysRead'), report.stays],
    [say('staysNew'), report.new_stays],
    ...(report.hosts ? [[say('hostsLeftOut'), report.hosts] as const] : []),
  ] as const
  const { bad_rows } = report
  return html`<dl class="facts">${counts.map(([label, count]) => html`<div><dt>${label}</dt><dd class="num">${count}</dd></div>`)}</dl>
${report.outside > 0 && html`<p class="notice wrong">${say('outsideSay', { n: report.outside, all: report.stays })}</p>`}
${report.from_start > 0 && html`<p class="sub">${say('fromStartSay', { n: report.from_start })}</p>`}
${report.from_first_entry > 0 && html`<p class="sub">${say('fromFirstEntrySay', { n: report.from_first_entry })}</p>`}
${report.unread_columns.length > 0 && html`<p class="sub">${say('unreadColumns', { columns: report.unread_columns.slice(0, 20).join('、') })}</p>`}
${
  bad_rows.length > 0 &&
  html`<section><h2>${say('badRows')} <small class="num">${bad_rows.length}</small></h2><p class="sub">${say('badRowsSay')}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${say('badRows')}"><table><thead><tr><th scope="col">${say('line')}</th><th scope="col">${say('column')}</th><th scope="col">${say('reason')}</th></tr></thead><tbody>${bad_rows
    .slice(0, mostRows)
    .map(
      (row) => html`<tr><th scope="row" class="num">${row.line}</th><td>${row.column}</td><td>${reasonText(row, lang)}</td></tr>`,
    )}</tbody></table></div>
${bad_rows.length > mostRows && html`<p class="sub">${say('andMore', { n: bad_rows.length - mostRows })}</p>`}</section>`
}`
}

/** Selects that say which of the file's columns is what. */
export const mappingFields = ({ say }: SignedInRequest, headers: readonly string[]): Html =>
  html`${fields.map((field) =>
    choice(
      `column_${field}`,
      say(`field_${field}`),
      [['', say('noColumn')], ...headers.slice(0, 100).map((header) => [header, header] as const)],
      '',
    ),
  )}`
