import { UnknownColumnsError } from '../../attendance_file/layout.ts'
import { unmatchedIdentities } from '../../identity/unmatched.ts'
import { FileError } from '../../sheets/file_error.ts'
import { livingToImportInto, rangeOf } from '../attendance_access.ts'
import { type AskedImport, importAsked, type Tried, tryImport } from '../attendance_import.ts'
import { type Html, html, nothing } from '../html.ts'
import { inImportTurn } from '../import_turns.ts'
import { choice, csrfField, notice, page } from '../layout.ts'
import type { LivingView } from '../living_view.ts'
import { packFile, shownFileName, unpackFile } from '../packed_file.ts'
import type { Answer, SignedInRequest } from '../page_request.ts'
import { askedFields, countsOf, mappingFields } from './attendance_report.ts'
import { livingMatch, unmatchedList } from './unmatched.ts'

const pathOf = ({ living }: LivingView) => `/livings/${encodeURIComponent(living.livingid)}`

/** The page of a living's attendance files: the upload, and those in the living whom nobody has matched. */
export async function attendancePage(request: SignedInRequest): Promise<Answer> {
  return { page: await overview(request, await livingToImportInto(request), nothing) }
}

/** Matches somebody seen in a living. */
export async function attendanceMatchForm(request: SignedInRequest): Promise<Answer> {
  const { message, status } = await livingMatch(request)
  return { page: await overview(request, await livingToImportInto(request), message), ...(status && { status }) }
}

async function overview(request: SignedInRequest, livingView: LivingView, message: Html): Promise<Html> {
  const { say, serving } = request
  const { living } = livingView
  const asked = await unmatchedIdentities(serving.db, living.corp_no, living.livingid)
  return titled(
    request,
    livingView,
    say('attendanceFile'),
    html`${message}${uploadForm(request, livingView)}
<section><h2>${say('unmatched')} <small class="num">${asked.length}</small></h2>${await unmatchedList(request, asked, rangeOf(livingView), `${pathOf(livingView)}/match`)}</section>`,
  )
}

const titled = (request: SignedInRequest, livingView: LivingView, title: string, body: Html): Html =>
  page(request, {
    title: `${title} · ${livingView.living.theme}`,
    section: 'livings',
    body: html`<h1 class="page-title">${title}</h1><p class="sub"><a href="${pathOf(livingView)}">${livingView.living.theme}</a></p>${body}`,
  })

const uploadForm = (request: SignedInRequest, livingView: LivingView): Html => {
  const { say } = request
  return html`<section class="panel"><h2>${say('attendanceFile')}</h2><p class="sub">${say('attendanceSay')}</p>
<form class="filters stacked" method="post" action="${pathOf(livingView)}/attendance" enctype="multipart/form-data">${csrfField(request)}
<label class="field"><span>${say('file')}</span><input type="file" name="attendance" required accept=".csv,.xlsx"></label>
${orderChoice(request, '')}
<button class="primary">${say('tryAttendance')}</button></form></section>`
}

const orderChoice = ({ say }: SignedInRequest, chosen: string) =>
  choice(
    'order',
    say('dateOrder'),
    [
      ['', say('dateOrderAuto')],
      ['dmy', say('dateOrderDmy')],
      ['mdy', say('dateOrderMdy')],
    ],
    chosen,
  )

/**
 * Imports an attendance file in two steps, as a roster is imported: an uploaded file is answered with a dry run, as a page that carries the file in
 * a form, in which those who are not matched can be. Sending that form imports the file.
 */
export async function attendanceForm(request: SignedInRequest): Promise<Answer> {
  const livingView = await livingToImportInto(request)
  const { form, files, say, lang, serving, account } = request
  const uploaded = files.get('attendance')
  const packed = form.get('packed')
  const bytes = uploaded?.bytes ?? (packed ? await unpackFile(packed) : undefined)
  const refused = async (message: string, status = 400): Promise<Answer> => ({
    status,
    page: await overview(request, livingView, html`<p class="notice wrong" role="alert">${message}</p>`),
  })
  if (!bytes) return refused(say('noFile'))
  const asked: AskedImport = { request, livingView, bytes }
  const name = shownFileName(uploaded?.name ?? form.get('name'))
  const work = async (): Promise<Answer> => {
    try {
      if (form.get('confirmed') === '1') return await imported(asked, name)
      return await tried(asked, name, await tryImport(asked))
    } catch (error) {
      if (error instanceof UnknownColumnsError && error.headers.length > 1) return mappingPage(asked, name, error)
      if (!(error instanceof FileError)) throw error
      return refused(say('notAttendance', { why: lang === 'zh' ? error.zh : error.message }))
    }
  }
  return inImportTurn(serving.db, account.corp_no, work, () => refused(say('attendanceBusy'), 409))
}

/** The hidden fields that carry a file and how it is read; undefined where the file is too large for a form. */
async function carried({ request, bytes }: AskedImport, name: string, withOrder: boolean): Promise<Html | undefined> {
  const packed = await packFile(bytes)
  if (packed === undefined) return undefined
  const columns = [...request.form].filter(([field, value]) => field.startsWith('column_') && value !== '')
  const order = request.form.get('order') ?? ''
  const hidden = [['packed', packed], ['name', name], ...(withOrder ? [['order', order] as const] : []), ...columns] as const
  return html`${csrfField(request)}${hidden.map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}`
}

const tooLarge = async ({ request, livingView }: AskedImport): Promise<Answer> => ({
  status: 400,
  page: await overview(request, livingView, html`<p class="notice wrong" role="alert">${request.say('tooLargeSay')}</p>`),
})

/** The page of a dry run: who is not matched first, then the counts, and the form that confirms. */
async function tried(asked: AskedImport, name: string, { report, shown, students }: Tried): Promise<Answer> {
  const { request, livingView } = asked
  const { say } = request
  const hidden = await carried(asked, name, true)
  if (!hidden) return tooLarge(asked)
  const isBad = report.bad_rows.length > 0
  const isNew = report.new_stays > 0
  const form = html`<form method="post" action="${pathOf(livingView)}/attendance">${hidden}<input type="hidden" name="confirmed" value="1">${isBad && html`<input type="hidden" name="skip" value="1">`}
${askedFields(request, report, shown, students)}${countsOf(request, report)}
${isNew ? html`<div class="filters"><button class="primary">${say(isBad ? 'confirmAttendanceSkipping' : 'confirmAttendance')}</button></div>` : notice(say('nothingNew'))}</form>`
  return { page: titled(request, livingView, say('wouldCount', { file: name }), form) }
}

async function imported(asked: AskedImport, name: string): Promise<Answer> {
  const { request } = asked
  const { report, wrong } = await importAsked(asked)
  if (report.stopped) return tried(asked, name, await tryImport(asked))
  const title = request.say('hasCounted', { file: name })
  const message = html`${notice(title)}${wrong.map((typed) => html`<p class="notice wrong" role="alert">${request.say('whoNotFound', { typed })}</p>`)}${countsOf(request, report)}`
  return { page: await overview(request, await livingToImportInto(request), message) }
}

/** The page that asks which columns are what. */
async function mappingPage(asked: AskedImport, name: string, { headers }: UnknownColumnsError): Promise<Answer> {
  const { request, livingView } = asked
  const { say, form } = request
  const hidden = await carried(asked, name, false)
  if (!hidden) return tooLarge(asked)
  const fields = html`<form class="filters stacked" method="post" action="${pathOf(livingView)}/attendance">${hidden}${mappingFields(request, headers)}${orderChoice(request, form.get('order') ?? '')}<button class="primary">${say('tryAttendance')}</button></form>`
  return { status: 400, page: titled(request, livingView, say('mapColumns'), html`<p class="sub">${say('mapSay')}</p>${fields}`) }
}
