import { addApp, changeGrants, disableApp, listApps, rotateSecret } from '../../access/apps.ts'
import { grantNames, grantsOf } from '../../access/grants.ts'
import type { LatestCall } from '../../access/latest.ts'
import { type Html, html, nothing } from '../html.ts'
import { buttonForm, empty, notice, page, tokenField } from '../layout.ts'
import { type Answer, administratorsOnly, NotShown, type Visit } from '../visit.ts'

type App = Awaited<ReturnType<typeof listApps>>[number]

/** The apps that may call, for administrators. */
export const appsPage = async (visit: Visit): Promise<Answer> => ({ page: await allApps(visit, nothing) })

async function allApps(visit: Visit, told: Html): Promise<Html> {
  administratorsOnly(visit)
  const { room, account, say } = visit
  const apps = await listApps(room.db, account.corpid)
  const body = html`<h1 class="page-title">${say('apps')}</h1>${told}
<ul class="tiles">${apps.map(
    ({ agentid, name, kind, grants, disabled }) =>
      html`<li><a href="/apps/${agentid}"><b>${name}</b><span class="num">${agentid} · ${kind}</span><small>${disabled ? say('disabled') : grants.join(' · ')}</small></a></li>`,
  )}</ul>
<section><h2>${say('addApp')}</h2><form class="filters" method="post" action="/apps">${tokenField(visit)}
<label class="field"><span>${say('appName')}</span><input name="name" maxlength="32" required></label>
${grantsOf['self-built'].map((grant) => html`<label class="check"><input type="checkbox" name="grant" value="${grant}"${grant !== 'contacts_read' && html` checked`}> ${grant}</label>`)}
<button class="primary">${say('addApp')}</button></form></section>`
  return page(visit, { title: say('apps'), section: 'apps', body })
}

export async function addAppForm(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  const { room, account, form, now } = visit
  const grants = form.getAll('grant').filter((grant) => grant in grantNames)
  const name = (form.get('name') ?? '').trim().slice(0, 32)
  const added = await addApp(room.db, { corpid: account.corpid, kind: 'self-built', name, grants: grants.join(',') }, now)
  return { page: await allApps(visit, secretOnce(visit, added.agentid, added.secret)) }
}

const secretOnce = ({ say, account }: Visit, agentid: number, secret: string) =>
  html`<div class="notice secret" role="status"><p>${say('secretOnce')}</p><p><code>corpid ${account.corpid}</code></p><p><code>agentid ${agentid}</code></p><p><code data-secret>${secret}</code></p></div>`

async function appOf({ room, account, params }: Visit): Promise<App> {
  const app = (await listApps(room.db, account.corpid)).find(({ agentid }) => agentid === Number(params.agentid))
  if (!app) throw new NotShown(404)
  return app
}

export async function appPage(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  return { page: await oneApp(visit, await appOf(visit), visit.query.get('done') ? notice(visit.say('saved')) : nothing) }
}

/** Grants and on or off are saved at once; a new secret is shown on the page that answers, and nowhere else. */
export async function appForm(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  const { room, account, form } = visit
  const app = await appOf(visit)
  const { agentid } = app
  if (form.get('do') === 'rotate') {
    const { secret } = await rotateSecret(room.db, account.corpid, agentid)
    return { page: await oneApp(visit, await appOf(visit), secretOnce(visit, agentid, secret)) }
  }
  if (form.get('do') === 'disable' || form.get('do') === 'enable')
    await disableApp(room.db, account.corpid, agentid, form.get('do') === 'disable')
  if (form.get('do') === 'grants') {
    const wanted = form.getAll('grant')
    const [more, fewer] = [wanted.filter((grant) => !app.grants.includes(grant)), app.grants.filter((grant) => !wanted.includes(grant))]
    if (more.length) await changeGrants(room.db, account.corpid, agentid, 'grant', more.join(','))
    if (fewer.length) await changeGrants(room.db, account.corpid, agentid, 'revoke', fewer.join(','))
  }
  return { to: `/apps/${agentid}?done=1` }
}

async function oneApp(visit: Visit, app: App, told: Html): Promise<Html> {
  const { say, room, account } = visit
  const { agentid, name, kind, grants, disabled } = app
  const calls = await room.calls.of(account.corp_no, agentid)
  const possible = grantsOf[kind as keyof typeof grantsOf] ?? []
  const body = html`<div class="title-line"><h1 class="page-title">${name}<small class="num">${agentid} · ${kind}${disabled && html` · ${say('disabled')}`}</small></h1>
<div class="tools">${buttonForm(visit, `/apps/${agentid}`, say(disabled ? 'enable' : 'disable'), { do: disabled ? 'enable' : 'disable' })}</div></div>${told}
${
  possible.length > 0 &&
  html`<section><h2>${say('grants')}</h2><form method="post" action="/apps/${agentid}">${tokenField(visit)}<input type="hidden" name="do" value="grants"><ul class="checks">${possible.map(
    (grant) =>
      html`<li><label class="check"><input type="checkbox" name="grant" value="${grant}"${grants.includes(grant) && html` checked`}> <span><b>${grant}</b><small lang="zh-CN">${grantNames[grant]}</small></span></label></li>`,
  )}</ul><button class="primary">${say('save')}</button></form></section>`
}
<section><h2>${say('secret')}</h2><details class="sure"><summary class="button">${say('rotate')}</summary><p class="sub">${say('rotateSay')}</p>${buttonForm(visit, `/apps/${agentid}`, say('rotateSure'), { do: 'rotate' })}</details></section>
<section><h2>${say('latestCalls')}</h2>${calls.length === 0 ? empty(say('noCalls')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${say('latestCalls')}"><table class="calls"><thead><tr><th scope="col">${say('time')}</th><th scope="col">${say('errcode')}</th><th scope="col">${say('call')}</th><th scope="col">${say('cursor')}</th><th scope="col">${say('copyCurl')}</th></tr></thead><tbody>${calls.map((call) => callRow(visit, call))}</tbody></table></div>`}</section>`
  return page(visit, { title: name, section: 'apps', body })
}

function callRow({ say, times }: Visit, call: LatestCall): Html {
  const { next_cursor, next_key, cursor } = call.asked
  return html`<tr><td class="num">${times.exact(call.at)}</td><td class="num"><span class="tag ${call.errcode === 0 ? 'parentWatched' : 'wrong'}">${call.errcode}</span> <small>${call.ms} ms</small></td><td><b>${call.method}</b> ${call.path}${call.errcode !== 0 && html`<small>${call.errmsg}</small>`}</td><td><code>${String(next_cursor ?? next_key ?? cursor ?? '')}</code></td><td><details><summary data-copy-text data-copied="${say('copied')}">curl</summary><code>${curlOf(call)}</code></details></td></tr>`
}

/** Ready to paste beside TOKEN and BASE; the token itself is not kept. */
function curlOf({ method, path, asked }: LatestCall): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  if (method === 'GET') {
    const query = Object.entries(asked).map(([name, value]) => ` --data-urlencode ${quoted(`${name}=${value}`)}`)
    return `curl -sG "$BASE${path}" --data-urlencode "access_token=$TOKEN"${query.join('')}`
  }
  return `curl -s "$BASE${path}?access_token=$TOKEN" -d ${quoted(JSON.stringify(asked))}`
}
