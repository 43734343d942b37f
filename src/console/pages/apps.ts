import { addApp, changeGrants, disableApp, listApps, rotateSecret } from '../../access/apps.ts'
import { type Grant, grantNames, grantsOf, type Kind } from '../../access/grants.ts'
import type { LatestCall } from '../../access/latest.ts'
import { type Html, html, nothing } from '../html.ts'
import { buttonForm, csrfField, empty, notice, page } from '../layout.ts'
import { type Answer, PageError, requireAdministrator, type SignedInRequest } from '../page_request.ts'

type App = Awaited<ReturnType<typeof listApps>>[number]

/** The school's apps, for administrators. */
export const appsPage = async (request: SignedInRequest): Promise<Answer> => ({ page: await appsView(request, nothing) })

async function appsView(request: SignedInRequest, message: Html): Promise<Html> {
  requireAdministrator(request)
  const { serving, account, say } = request
  const apps = await listApps(serving.db, account.corpid)
  const body = html`<h1 class="page-title">${say('apps')}</h1>${message}
<ul class="tiles">${apps.map(
    ({ agentid, name, kind, grants, disabled }) =>
      html`<li><a href="/apps/${agentid}"><b>${name}</b><span class="num">${agentid} · ${kind}</span><small>${disabled ? say('disabled') : grants.join(' · ')}</small></a></li>`,
  )}</ul>
<section><h2>${say('addApp')}</h2><form class="filters" method="post" action="/apps">${csrfField(request)}
<label class="field"><span>${say('appName')}</span><input name="name" maxlength="32" required></label>
${grantsOf['self-built'].map((grant) => html`<label class="check"><input type="checkbox" name="grant" value="${grant}"${grant !== 'contacts_read' && html` checked`}> ${grant}</label>`)}
<button class="primary">${say('addApp')}</button></form></section>`
  return page(request, { title: say('apps'), section: 'apps', body })
}

/** Adds an app. The page that answers shows its secret, and no other page does. */
export async function addAppForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { serving, account, form, now } = request
  const grants = grantsAsked(form, 'self-built')
  const name = (form.get('name') ?? '').trim().slice(0, 32)
  const added = await addApp(serving.db, { corpid: account.corpid, kind: 'self-built', name, grants: grants.join(',') }, now)
  return { page: await appsView(request, secretOnce(request, added.agentid, added.secret)) }
}

/** The grants that an app of this kind can have. */
const grantsFor = (kind: string): readonly string[] => grantsOf[kind as Kind] ?? []

/** The grants that a form asks for. The form offers no others than an app of this kind can have, so others are left out. */
const grantsAsked = (form: URLSearchParams, kind: string) => grantsFor(kind).filter((grant) => form.getAll('grant').includes(grant))

const secretOnce = ({ say, account }: SignedInRequest, agentid: number, secret: string) =>
  html`<div class="notice secret" role="status"><p>${say('secretOnce')}</p><p><code>corpid ${account.corpid}</code></p><p><code>agentid ${agentid}</code></p><p><code data-secret>${secret}</code></p></div>`

/** The app of the path. Throws a PageError 404 if there is none. */
async function appOf({ serving, account, params }: SignedInRequest): Promise<App> {
  const app = (await listApps(serving.db, account.corpid)).find(({ agentid }) => agentid === Number(params.agentid))
  if (!app) throw new PageError(404)
  return app
}

/** One app: grants, secret, and its latest calls. */
export async function appPage(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  return { page: await appView(request, await appOf(request), request.query.get('done') ? notice(request.say('saved')) : nothing) }
}

/**
 * Changes the grants of an app, disables or enables it, or replaces its secret. The page that answers shows the new secret, and no other
 * page does.
 */
export async function appForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { serving, account, form } = request
  const app = await appOf(request)
  const { agentid } = app
  if (form.get('do') === 'rotate') {
    const { secret } = await rotateSecret(serving.db, account.corpid, agentid)
    return { page: await appView(request, await appOf(request), secretOnce(request, agentid, secret)) }
  }
  if (form.get('do') === 'disable' || form.get('do') === 'enable')
    await disableApp(serving.db, account.corpid, agentid, form.get('do') === 'disable')
  if (form.get('do') === 'grants') {
    const wanted = grantsAsked(form, app.kind)
    const [added, removed] = [wanted.filter((grant) => !app.grants.includes(grant)), app.grants.filter((grant) => !wanted.includes(grant))]
    if (added.length) await changeGrants(serving.db, account.corpid, agentid, 'grant', added.join(','))
    if (removed.length) await changeGrants(serving.db, account.corpid, agentid, 'revoke', removed.join(','))
  }
  return { redirectTo: `/apps/${agentid}?done=1` }
}

async function appView(request: SignedInRequest, app: App, message: Html): Promise<Html> {
  const { say, serving, account } = request
  const { agentid, name, kind, grants, disabled } = app
  const calls = await serving.calls.of(account.corp_no, agentid)
  const possibleGrants = grantsFor(kind)
  const body = html`<div class="title-line"><h1 class="page-title">${name}<small class="num">${agentid} · ${kind}${disabled && html` · ${say('disabled')}`}</small></h1>
<div class="tools">${buttonForm(request, `/apps/${agentid}`, say(disabled ? 'enable' : 'disable'), { do: disabled ? 'enable' : 'disable' })}</div></div>${message}
${
  possibleGrants.length > 0 &&
  html`<section><h2>${say('grants')}</h2><form method="post" action="/apps/${agentid}">${csrfField(request)}<input type="hidden" name="do" value="grants"><ul class="checks">${possibleGrants.map(
    (grant) =>
      html`<li><label class="check"><input type="checkbox" name="grant" value="${grant}"${grants.includes(grant) && html` checked`}> <span><b>${grant}</b><small lang="zh-CN">${grantNames[grant as Grant]}</small></span></label></li>`,
  )}</ul><button class="primary">${say('save')}</button></form></section>`
}
<section><h2>${say('secret')}</h2><details class="sure"><summary class="button">${say('rotate')}</summary><p class="sub">${say('rotateSay')}</p>${buttonForm(request, `/apps/${agentid}`, say('rotateSure'), { do: 'rotate' })}</details></section>
<section><h2>${say('latestCalls')}</h2>${calls.length === 0 ? empty(say('noCalls')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${say('latestCalls')}"><table class="calls"><thead><tr><th scope="col">${say('time')}</th><th scope="col">${say('errcode')}</th><th scope="col">${say('call')}</th><th scope="col">${say('cursor')}</th><th scope="col">${say('copyCurl')}</th></tr></thead><tbody>${calls.map((call) => callRow(request, call))}</tbody></table></div>`}</section>`
  return page(request, { title: name, section: 'apps', body })
}

function callRow({ say, times }: SignedInRequest, call: LatestCall): Html {
  const { next_cursor, next_key, cursor } = call.asked
  return html`<tr><td class="num">${times.exact(call.at)}</td><td class="num"><span class="tag ${call.errcode === 0 ? 'parentWatched' : 'wrong'}">${call.errcode}</span> <small>${call.ms} ms</small></td><td><b>${call.method}</b> ${call.path}${call.errcode !== 0 && html`<small>${call.errmsg}</small>`}</td><td><code>${String(next_cursor ?? next_key ?? cursor ?? '')}</code></td><td><details><summary data-copy-text data-copied="${say('copied')}">curl</summary><code>${curlOf(call)}</code></details></td></tr>`
}

/**
 * A call as a curl command. The shell variables BASE and TOKEN stand for the server and for the access token, which is not stored with the
 * calls.
 */
function curlOf({ method, path, asked }: LatestCall): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  if (method === 'GET') {
    const query = Object.entries(asked).map(([name, value]) => ` --data-urlencode ${quoted(`${name}=${value}`)}`)
    return `curl -sG "$BASE${path}" --data-urlencode "access_token=$TOKEN"${query.join('')}`
  }
  return `curl -s "$BASE${path}?access_token=$TOKEN" -d ${quoted(JSON.stringify(asked))}`
}
