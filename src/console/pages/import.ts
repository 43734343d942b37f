import { Readable } from 'node:stream'
import { type ImportOptions, importRoster } from '../../roster/import/import.ts'
import { readRoster } from '../../roster/import/read.ts'
import type { Report } from '../../roster/import/report.ts'
import { RosterFileError } from '../../roster/import/roster_file.ts'
import { templateSheet } from '../../roster/import/template.ts'
import { rosterVersion } from '../../roster/store.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import type { Upload } from '../form.ts'
import { type Html, html, nothing } from '../html.ts'
import { inImportTurn } from '../import_turns.ts'
import { csrfField, notice, page } from '../layout.ts'
import { packFile, shownFileName, unpackFile } from '../packed_file.ts'
import { type Answer, requireAdministrator, type SignedInRequest } from '../page_request.ts'
import { reportOf } from './import_report.ts'

/** The form that uploads a roster: a section of the roster's page. */
export const uploadForm = (request: SignedInRequest): Html => {
  const { say } = request
  return html`<section class="panel" id="import"><h2>${say('importRoster')}</h2><p class="sub">${say('importSay')} <a href="/roster/template.xlsx">${say('template')}</a></p>
<form class="filters stacked" method="post" action="/roster" enctype="multipart/form-data">${csrfField(request)}
<label class="field"><span>${say('file')}</span><input type="file" name="roster" required accept=".csv,.xlsx,.json,.zip"></label>
<label class="check"><input type="checkbox" name="remove" value="1"><span>${say('removeMissing')}<small>${say('removeMissingSay')}</small></span></label>
<button class="primary">${say('tryImport')}</button></form></section>`
}

/** An empty XLSX roster to fill in, as a download. */
export function rosterTemplate(request: SignedInRequest): Answer {
  requireAdministrator(request)
  const bytes = xlsx.write([templateSheet(request.lang)])
  return { file: Readable.from(bytes, { objectMode: false }), type: xlsx.type, name: `${request.say('roster')}.${xlsx.extension}` }
}

/**
 * Imports a roster in two steps. An uploaded file is answered with a dry run, as a page that carries the file in a form. Sending that form
 * imports the file. So what is imported is what was looked at, and the server stores nothing in between: see decisions/importing.md.
 */
export async function importForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { form, files, say, lang, serving, account } = request
  const uploaded = files.get('roster')
  const packed = form.get('packed')
  if (!uploaded && !packed) return refused(request, say('noFile'))
  const tryOrConfirm = async () => {
    if (!packed) return dryRun(request, uploaded as Upload, nothing)
    const bytes = await unpackFile(packed)
    return bytes ? confirm(request, { name: shownFileName(form.get('name')), bytes }) : refused(request, say('noFile'))
  }
  try {
    return await inImportTurn(serving.db, account.corp_no, tryOrConfirm, () => refused(request, say('importBusy'), 409))
  } catch (error) {
    if (!(error instanceof RosterFileError)) throw error
    return refused(request, say('notARoster', { why: lang === 'zh' ? error.zh : error.message }))
  }
}

/** The page that says why a file was refused, with the upload form again. */
const refused = (request: SignedInRequest, text: string, status = 400): Answer => ({
  status,
  page: page(request, {
    title: request.say('roster'),
    section: 'roster',
    body: html`<h1 class="page-title">${request.say('roster')}</h1><p class="notice wrong" role="alert">${text}</p>${uploadForm(request)}`,
  }),
})

const run = async ({ serving, account, now }: SignedInRequest, bytes: Buffer, options: ImportOptions) =>
  importRoster(serving.db, account.corp_no, await readRoster(bytes), options, now)

async function currentRosterVersion({ serving, account }: SignedInRequest): Promise<number> {
  const [corp] = await serving.db.all<{ roster_version: number }>(rosterVersion(account.corp_no))
  return corp?.roster_version ?? 0
}

/** The page of a dry run: what the file would change, and the form that confirms the import. */
async function dryRun(request: SignedInRequest, { name, bytes }: Upload, message: Html): Promise<Answer> {
  const { say, form } = request
  const packed = await packFile(bytes)
  if (packed === undefined) return refused(request, say('tooLargeSay'))
  const version = await currentRosterVersion(request)
  const removeMissing = form.get('remove') === '1'
  const report = await run(request, bytes, { dryRun: true, removeMissing })
  const hiddenFields = { packed, name, version: String(version), ...(removeMissing && { remove: '1' }) }
  const confirmation =
    report.bad_rows.length && removeMissing
      ? html`<p class="notice wrong">${say('badRowsRemove')}</p>`
      : changesNothing(report)
        ? notice(say('nothingChanges'))
        : confirmForm(request, report, hiddenFields)
  const title = say('wouldChange', { file: name })
  return {
    page: page(request, {
      title,
      section: 'roster',
      body: html`<h1 class="page-title">${title}</h1>${message}${reportOf(request, report)}${confirmation}`,
    }),
  }
}

const changesNothing = ({ students, parents, links }: Report) =>
  students.created + students.changed + students.removed === 0 &&
  parents.created + parents.changed + parents.removed + links.created + links.changed + links.ended === 0

/** Imports a confirmed file. If the import stops at bad rows or at too many removals, the page of the dry run is shown again. */
async function confirm(request: SignedInRequest, file: Upload): Promise<Answer> {
  const { say, form } = request
  // optimistic lock: if somebody else has changed the roster since the dry run, the new changes are shown first
  if (form.get('version') !== String(await currentRosterVersion(request)))
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

function confirmForm(
  request: SignedInRequest,
  { bad_rows, stopped, removals }: Report,
  hiddenFields: Readonly<Record<string, string>>,
): Html {
  const { say } = request
  const leaving = removals ? removals.students + removals.parents : 0
  return html`<section><form class="filters stacked" method="post" action="/roster">${csrfField(request)}${Object.entries(hiddenFields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${bad_rows.length > 0 && html`<input type="hidden" name="skip" value="1">`}
${
  stopped === 'removals' &&
  removals &&
  html`<label class="check"><input type="checkbox" name="confirmed" value="${leaving}" required><span>${say('muchMeant', { n: leaving })}<small>${say('muchLeaves', removals)}</small></span></label>`
}
<button class="primary">${say(bad_rows.length ? 'confirmSkipping' : 'confirmImport')}</button></form></section>`
}
