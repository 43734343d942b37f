import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type ImportOptions, importRoster } from '../../roster/import/import.ts'
import { readRoster } from '../../roster/import/read.ts'
import { type BadRow, reasonText } from '../../roster/import/reasons.ts'
import type { Change, Report } from '../../roster/import/report.ts'
import { NoRoster } from '../../roster/import/said.ts'
import { templateSheet } from '../../roster/import/template.ts'
import { rosterVersion } from '../../roster/store.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import type { Upload } from '../form.ts'
import { type Html, html, nothing } from '../html.ts'
import { notice, page, tokenField } from '../layout.ts'
import { type Answer, administratorsOnly, type Visit } from '../visit.ts'

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
export const uploadForm = (visit: Visit): Html => {
  const { say } = visit
  return html`<section class="panel" id="import"><h2>${say('importRoster')}</h2><p class="sub">${say('importSay')} <a href="/roster/template.xlsx">${say('template')}</a></p>
<form class="filters stacked" method="post" action="/roster" enctype="multipart/form-data">${tokenField(visit)}
<label class="field"><span>${say('file')}</span><input type="file" name="roster" required accept=".csv,.xlsx,.json,.zip"></label>
<label class="check"><input type="checkbox" name="remove" value="1"><span>${say('removeMissing')}<small>${say('removeMissingSay')}</small></span></label>
<button class="primary">${say('tryImport')}</button></form></section>`
}

export function rosterTemplate(visit: Visit): Answer {
  administratorsOnly(visit)
  const bytes = xlsx.write([templateSheet(visit.lang)])
  return { file: Readable.from(bytes, { objectMode: false }), type: xlsx.type, name: `${visit.say('roster')}.${xlsx.extension}` }
}

/** The dry run of a file that was chosen, or the import of one that was confirmed. */
export async function importForm(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  const { form, files, say, lang } = visit
  const chosen = files.get('roster')
  const carried = form.get('packed')
  if (!chosen && !carried) return refused(visit, say('noFile'))
  try {
    if (!carried) return await dryRun(visit, chosen as Upload, nothing)
    const bytes = await unpack(Buffer.from(carried, 'base64url'), { maxOutputLength: mostUnpacked }).catch(() => undefined)
    return bytes ? await confirm(visit, { name: form.get('name') ?? '', bytes }) : refused(visit, say('noFile'))
  } catch (error) {
    if (!(error instanceof NoRoster)) throw error
    return refused(visit, say('notARoster', { why: lang === 'zh' ? error.zh : error.message }))
  }
}

const refused = (visit: Visit, text: string): Answer => ({
  status: 400,
  page: page(visit, {
    title: visit.say('roster'),
    section: 'roster',
    body: html`<h1 class="page-title">${visit.say('roster')}</h1><p class="notice wrong" role="alert">${text}</p>${uploadForm(visit)}`,
  }),
})

const run = async ({ room, account, now }: Visit, bytes: Buffer, options: ImportOptions) =>
  importRoster(room.db, account.corp_no, await readRoster(bytes), options, now)

async function versionNow({ room, account }: Visit): Promise<number> {
  const [corp] = await room.db.all<{ roster_version: number }>(rosterVersion(account.corp_no))
  return corp?.roster_version ?? 0
}

async function dryRun(visit: Visit, { name, bytes }: Upload, told: Html): Promise<Answer> {
  const { say, form } = visit
  const packed = (await pack(bytes)).toString('base64url')
  if (packed.length > mostPacked) return refused(visit, say('tooLargeSay'))
  const version = await versionNow(visit)
  const removeMissing = form.get('remove') === '1'
  const report = await run(visit, bytes, { dryRun: true, removeMissing })
  const carried = { packed, name, version: String(version), ...(removeMissing && { remove: '1' }) }
  const isSame = report.students.created + report.students.changed + report.students.removed === 0 && nothingElse(report)
  const confirmation =
    report.bad_rows.length && removeMissing
      ? html`<p class="notice wrong">${say('badRowsRemove')}</p>`
      : isSame
        ? notice(say('nothingChanges'))
        : confirmForm(visit, report, carried)
  const title = say('wouldChange', { file: name })
  return {
    page: page(visit, {
      title,
      section: 'roster',
      body: html`<h1 class="page-title">${title}</h1>${told}${reportOf(visit, report)}${confirmation}`,
    }),
  }
}

const nothingElse = ({ parents, links }: Report) =>
  parents.created + parents.changed + parents.removed + links.created + links.changed + links.ended === 0

async function confirm(visit: Visit, file: Upload): Promise<Answer> {
  const { say, form } = visit
  // what was looked at is what is done: after somebody else's change it is looked at again
  if (form.get('version') !== String(await versionNow(visit)))
    return dryRun(visit, file, html`<p class="notice wrong" role="alert">${say('rosterMoved')}</p>`)
  const options = {
    removeMissing: form.get('remove') === '1',
    skipBadRows: form.get('skip') === '1',
    confirmed: Number(form.get('confirmed') ?? 0),
  }
  const report = await run(visit, file.bytes, options)
  if (report.stopped) return dryRun(visit, file, nothing)
  const title = say('hasChanged', { file: file.name })
  const body = html`<h1 class="page-title">${title}</h1>${notice(title)}${reportOf(visit, report)}<p><a class="button" href="/roster">${say('roster')}</a></p>`
  return { page: page(visit, { title, section: 'roster', body }) }
}

function confirmForm(visit: Visit, { bad_rows, stopped, removals }: Report, carried: Readonly<Record<string, string>>): Html {
  const { say } = visit
  const leaving = removals ? removals.students + removals.parents : 0
  return html`<section><form class="filters stacked" method="post" action="/roster">${tokenField(visit)}${Object.entries(carried).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${bad_rows.length > 0 && html`<input type="hidden" name="skip" value="1">`}
${
  stopped === 'removals' &&
  removals &&
  html`<label class="check"><input type="checkbox" name="confirmed" value="${leaving}" required><span>${say('muchMeant', { n: leaving })}<small>${say('muchLeaves', removals)}</small></span></label>`
}
<button class="primary">${say(bad_rows.length ? 'confirmSkipping' : 'confirmImport')}</button></form></section>`
}

function reportOf(visit: Visit, report: Report): Html {
  const { say } = visit
  const { students, parents, departments, changes, bad_rows, unread_columns } = report
  return html`${table(
    say('change'),
    [say('kind'), say('created'), say('changed'), say('movedOf'), say('removed'), say('unchanged')],
    [
      [say('students'), students.created, students.changed, students.moved, students.removed, students.unchanged],
      [say('parents'), parents.created, parents.changed, '', parents.removed, parents.unchanged],
    ],
  )}
${departments.created.length > 0 && html`<section><h2>${say('newDepartments')} <small class="num">${departments.created.length}</small></h2><p>${departments.created.slice(0, shown).join(' · ')}${more(visit, departments.created.length)}</p></section>`}
${unread_columns.length > 0 && html`<p class="sub">${say('unreadColumns', { columns: unread_columns.join('、') })}</p>`}
${bad_rows.length > 0 && html`<section><h2>${say('badRows')} <small class="num">${bad_rows.length}</small></h2><p class="sub">${say('badRowsSay')}</p>${badTable(visit, bad_rows)}</section>`}
${changes.length > 0 && html`<section><h2>${say('change')}</h2>${changeTable(visit, changes)}${more(visit, students.created + students.changed + students.removed)}</section>`}`
}

const badTable = (visit: Visit, bad: readonly BadRow[]) => {
  const { say, lang } = visit
  const rows = bad.slice(0, shown).map((each) => [`${each.file ? `${each.file} ` : ''}${each.line}`, each.column, reasonText(each, lang)])
  return html`${table(say('badRows'), [say('line'), say('column'), say('reason')], rows)}${more(visit, bad.length)}`
}

const changeTable = ({ say }: Visit, changes: readonly Change[]) =>
  table(
    say('students'),
    [say('pupil'), say('pupilId'), say('change'), say('class')],
    changes.slice(0, shown).map(({ name, student_userid, does, from, to }) => {
      const classes = [from, to].filter((each) => each !== undefined).map((each) => each.join(' · '))
      return [name, student_userid, say(does), classes.join(' → ')]
    }),
  )

const more = ({ say }: Visit, count: number) => count > shown && html`<p class="sub">${say('andMore', { n: count - shown })}</p>`

const table = (label: string, headers: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td${typeof cell === 'number' && html` class="num"`}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
