import { addAccount, disableAccount, listAccounts, Refused, resetPassword, roles } from '../accounts.ts'
import { type Html, html, nothing } from '../html.ts'
import { buttonForm, choice, notice, page, tokenField } from '../layout.ts'
import { newPassword } from '../password.ts'
import { type Answer, administratorsOnly, NotShown, type Visit } from '../visit.ts'

/** Who may sign in, for administrators. */
export const accountsPage = async (visit: Visit): Promise<Answer> => ({ page: await allAccounts(visit, nothing) })

/** A password is made here and shown on the page that answers, once. */
export async function addAccountForm(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  const { room, account, form, now } = visit
  const password = newPassword()
  const ids = (form.get('classes') ?? '').split(/[\s,，]+/).filter(Boolean)
  const asked = {
    name: form.get('name') ?? '',
    role: form.get('role') ?? '',
    userid: form.get('userid') ?? '',
    classes: ids.map(Number).filter((id) => visit.sight.classes.has(id)),
    password,
  }
  return orRefused(visit, async () => {
    const added = await addAccount(room.db, account.corp_no, asked, now)
    return passwordOnce(visit, added.name, password)
  })
}

export async function accountForm(visit: Visit): Promise<Answer> {
  administratorsOnly(visit)
  const { room, account, form, params, say } = visit
  const account_no = Number(params.account)
  const known = (await listAccounts(room.db, account.corp_no)).find((each) => each.account_no === account_no)
  if (!known) throw new NotShown(404)
  return orRefused(visit, async () => {
    if (form.get('do') !== 'reset') {
      await disableAccount(room.db, account.corp_no, account_no, form.get('do') === 'disable')
      return notice(say('saved'))
    }
    const password = newPassword()
    await resetPassword(room.db, account.corp_no, account_no, password)
    return passwordOnce(visit, known.name, password)
  })
}

async function orRefused(visit: Visit, work: () => Promise<Html>): Promise<Answer> {
  try {
    return { page: await allAccounts(visit, await work()) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { status: 400, page: await allAccounts(visit, html`<p class="notice wrong" role="alert">${error.message}</p>`) }
  }
}

const passwordOnce = ({ say }: Visit, name: string, password: string) =>
  html`<div class="notice secret" role="status"><p>${say('passwordOnce', { name })}</p><p><code data-secret>${password}</code></p></div>`

async function allAccounts(visit: Visit, told: Html): Promise<Html> {
  administratorsOnly(visit)
  const { room, account, say, sight } = visit
  const accounts = await listAccounts(room.db, account.corp_no)
  const body = html`<h1 class="page-title">${say('accounts')}</h1>${told}
<div class="scroll" tabindex="0" role="region" aria-label="${say('accounts')}"><table><thead><tr><th scope="col">${say('name')}</th><th scope="col">${say('role')}</th><th scope="col">${say('classes')}</th><th scope="col">${say('actions')}</th></tr></thead><tbody>${accounts.map(
    ({ account_no, name, role, userid, classes, disabled }) =>
      html`<tr><th scope="row">${name}${disabled && html` <span class="tag">${say('disabled')}</span>`}${userid && html`<small>${userid}</small>`}</th><td>${say(role as 'teacher')}</td><td>${classes.map((party_id) => sight.names.get(party_id) ?? party_id).join(' · ')}</td><td class="row">${buttonForm(visit, `/accounts/${account_no}`, say('resetPassword'), { do: 'reset' }, 'plain')}${buttonForm(visit, `/accounts/${account_no}`, say(disabled ? 'enable' : 'disable'), { do: disabled ? 'enable' : 'disable' }, 'plain')}</td></tr>`,
  )}</tbody></table></div>
<section><h2>${say('addAccount')}</h2><form class="filters stacked" method="post" action="/accounts">${tokenField(visit)}
<label class="field"><span>${say('name')}</span><input name="name" maxlength="64" required autocomplete="off"></label>
${choice(
  'role',
  say('role'),
  roles.toReversed().map((role) => [role, say(role)] as const),
  'teacher',
)}
<label class="field"><span>${say('userid')}</span><input name="userid" maxlength="64" autocomplete="off"><small>${say('useridSay')}</small></label>
<label class="field"><span>${say('classes')}</span><input name="classes" autocomplete="off" inputmode="numeric"><small>${say('classIdsSay')}</small></label>
<button class="primary">${say('addAccount')}</button></form></section>`
  return page(visit, { title: say('accounts'), section: 'accounts', body })
}
