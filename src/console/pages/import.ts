import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type ImportOptions, importRoster } from '../../roster/import/import.ts'
import { readRoster } from '../../roster/import/read.ts'
import { type BadRow, reasonText } from '../../roster/import/reasons.ts'
import type { Change, Report } from '../../roster/import/report.ts'
import { RosterFileError } from '../../roster/import/roster_file.ts'
import { templateSheet } from '../../roster/import/template.ts'
import { rosterVersion } from '../../roster/store.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import type { Upload } from '../form.ts'
import { type Html, html, nothing } from '../html.ts'
import { csrfField, notice, page } from '../layout.ts'
import { type Answer, requireAdministrator, type SignedInRequest } from '../page_request.ts'

/**
 * A roster by upload. The first form answers with a dry run; the page carries the file, so that what is confirmed is what was looked
 * at, and nothing of it is kept here meanwhile. Why: decisions/importing.md.
 */

/** Rows of a table that a person reads. */
const shown = 100
/** A form is 8 MB at most, and carries the file packed. */
const mostPacked = 8_000_000
const mostUnpacked = 64 * 2 ** 20

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** The form on the roster's page. */
export const uploadForm = (request: SignedInRequest): Html => {
  const { say } = request
  return html`<section class="panel" id="import"><h2>${say('importRoster')}</h2><p class="sub">${say('importSay')} <a href="/roster/template.xlsx">${say('template')}</a></p>
<form class="filters stacked" method="post" action="/roster" enctype="multipart/form-data">${csrfField(request)}
<label class="field"><span>${say('file')}</span><input type="file" name="roster" required accept=".csv,.xlsx,.json,.zip"></label>
<label class="check"><input type="checkbox" name="remove" value="1"><span>${say('removeMissing')}<small>${say('removeMissingSay')}</small></span></label>
<button class="primary">${say('tryImport')}</button></form></section>`
}

export function rosterTemplate(request: SignedInRequest): Answer {
  requireAdministrator(request)
  const bytes = xlsx.write([templateSheet(request.lang)])
  return { file: Readable.from(bytes, { objectMode: false }), type: xlsx.type, name: `${request.say('roster')}.${xlsx.extension}` }
}

/** The dry run of a file that was chosen, or the import of one that was confirmed. */
export async function importForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { form, files, say, lang } = request
  const chosen = files.get('roster')
  const carried = form.get('packed')
  if (!chosen && !carried) return refused(request, say('noFile'))
  try {
    if (!carried) return await dryRun(request, chosen as Upload, nothing)
    const bytes = await unpack(Buffer.from(carried, 'base64url'), { maxOutputLength: mostUnpacked }).catch(() => undefined)
    return bytes ? await confirm(request, { name: form.get('name') ?? '', bytes }) : refused(request, say('noFile'))
  } catch (error) {
    if (!(error instanceof RosterFileError)) throw error
    return refused(request, say('notARoster', { why: lang === 'zh' ? error.zh : error.message }))
  }
}

const refused = (request: SignedInRequest, text: string): Answer => ({
  status: 400,
  page: page(request, {
    title: request.say('roster'),
    section: 'roster',
    body: html`<h1 class="page-title">${request.say('roster')}</h1><p class="notice wrong" role="alert">${text}</p>${uploadForm(request)}`,
  }),
})

const run = async ({ serving, account, now }: SignedInRequest, bytes: Buffer, options: ImportOptions) =>
  importRoster(serving.db, account.corp_no, await readRoster(bytes), options, now)

async function versionNow({ serving, account }: SignedInRequest): Promise<number> {
  const [corp] = await serving.db.all<{ roster_version: number }>(rosterVersion(account.corp_no))
  return corp?.roster_version ?? 0
}

async function dryRun(request: SignedInRequest, { name, bytes }: Upload, message: Html): Promise<Answer> {
  const { say, form } = request
  const packed = (await pack(bytes)).toString('base64url')
  if (packed.length > mostPacked) return refused(request, say('tooLargeSay'))
  const version = await versionNow(request)
  const removeMissing = form.get('remove') === '1'
  const report = await run(request, bytes, { dryRun: true, removeMissing })
  const carried = { packed, name, version: String(version), ...(removeMissing && { remove: '1' }) }
  const isSame = report.students.created + report.students.changed + report.students.removed === 0 && nothingElse(report)
  const confirmation =
    report.bad_rows.length && removeMissing
      ? html`<p class="notice wrong">${say('badRowsRemove')}</p>`
      : isSame
        ? notice(say('nothingChanges'))
        : confirmForm(request, report, carried)
  const title = say('wouldChange', { file: name })
  return {
    page: page(request, {
      title,
      section: 'roster',
      body: html`<h1 class="page-title">${title}</h1>${message}${reportOf(request, report)}${confirmation}`,
    }),
  }
}

const nothingElse = ({ parents, links }: Report) =>
  parents.created + parents.changed + parents.removed + links.created + links.changed + links.ended === 0

async function confirm(request: SignedInRequest, file: Upload): Promise<Answer> {
  const { say, form } = request
  // what was looked at is what is done: after somebody else's change it is looked at again
  if (form.get('version') !== String(await versionNow(request)))
    return dryRun(request, file, html`<p class="notice wrong" role="alert">${say('rosterMoved')}</p>`)
  const options = {
    removeMissing: form.get('remove') === '1',
    skipBadRows: form.get('skip') === '1',
    confirmed: Number(form.get('confirmed') ?? 0),
  }
  const report = await run(request, file.bytes, options)
  if (report.stopped) return dryRun(request, file, nothing)
  const title = say('hasChanged', { file: file.name })
  const body = html`<h1 class="page-title">${title}</h1>${notice(title)}${reportOf(request, report)}<p><a class="button" href="/roster">${say('roster')}</a></p>`
  return { page: page(request, { title, section: 'roster', body }) }
}

function confirmForm(request: SignedInRequest, { bad_rows, stopped, removals }: Report, carried: Readonly<Record<string, string>>): Html {
  const { say } = request
  const leaving = removals ? removals.students + removals.parents : 0
  return html`<section><form class="filters stacked" method="post" action="/roster">${csrfField(request)}${Object.entries(carried).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${bad_rows.length > 0 && html`<input type="hidden" name="skip" value="1">`}
${
  stopped === 'removals' &&
  removals &&
  html`<label class="check"><input type="checkbox" name="confirmed" value="${leaving}" required><span>${say('muchMeant', { n: leaving })}<small>${say('muchLeaves', removals)}</small></span></label>`
}
<button class="primary">${say(bad_rows.length ? 'confirmSkipping' : 'confirmImport')}</button></form></section>`
}

function reportOf(request: SignedInRequest, report: Report): Html {
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
${departments.created.length > 0 && html`<section><h2>${say('newDepartments')} <small class="num">${departments.created.length}</small></h2><p>${departments.created.slice(0, shown).join(' · ')}${more(request, departments.created.length)}</p></section>`}
${unread_columns.length > 0 && html`<p class="sub">${say('unreadColumns', { columns: unread_columns.join('、') })}</p>`}
${bad_rows.length > 0 && html`<section><h2>${say('badRows')} <small class="num">${bad_rows.length}</small></h2><p class="sub">${say('badRowsSay')}</p>${badTable(request, bad_rows)}</section>`}
${changes.length > 0 && html`<section><h2>${say('change')}</h2>${changeTable(request, changes)}${more(request, students.created + students.changed + students.removed)}</section>`}`
}

const badTable = (request: SignedInRequest, bad: readonly BadRow[]) => {
  const { say, lang } = request
  const rows = bad.slice(0, shown).map((each) => [`${each.file ? `${each.file} ` : ''}${each.line}`, each.column, reasonText(each, lang)])
  return html`${table(say('badRows'), [say('line'), say('column'), say('reason')], rows)}${more(request, bad.length)}`
}

const changeTable = ({ say }: SignedInRequest, changes: readonly Change[]) =>
  table(
    say('students'),
    [say('student'), say('studentId'), say('change'), say('class')],
    changes.slice(0, shown).map(({ name, student_userid, does, from, to }) => {
      const classes = [from, to].filter((each) => each !== undefined).map((each) => each.join(' · '))
      return [name, student_userid, say(does), classes.join(' → ')]
    }),
  )

const more = ({ say }: SignedInRequest, count: number) => count > shown && html`<p class="sub">${say('andMore', { n: count - shown })}</p>`

const table = (label: string, headers: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td${typeof cell === 'number' && html` class="num"`}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
