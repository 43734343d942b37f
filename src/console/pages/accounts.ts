import { AccountError, addAccount, disableAccount, listAccounts, resetPassword, roles } from '../accounts.ts'
import { type Html, html, nothing } from '../html.ts'
import { buttonForm, choice, csrfField, notice, page } from '../layout.ts'
import { type Answer, PageError, requireAdministrator, type SignedInRequest } from '../page_request.ts'
import { newPassword } from '../password.ts'

/** The school's accounts, for administrators. */
export const accountsPage = async (request: SignedInRequest): Promise<Answer> => ({ page: await accountsView(request, nothing) })

/** Adds an account with a generated password. The page that answers shows the password, and no other page does. */
export async function addAccountForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { serving, account, form, now } = request
  const password = newPassword()
  const ids = (form.get('classes') ?? '').split(/[\s,，]+/).filter(Boolean)
  const wanted = {
    name: form.get('name') ?? '',
    role: form.get('role') ?? '',
    userid: form.get('userid') ?? '',
    classes: ids.map(Number).filter((id) => request.visibility.classes.has(id)),
    password,
  }
  return answerWith(request, async () => {
    const added = await addAccount(serving.db, account.corp_no, wanted, now)
    return passwordOnce(request, added.name, password)
  })
}

/** Resets the password of an account, or disables or enables it. */
export async function accountForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { serving, account, form, params, say } = request
  const account_no = Number(params.account)
  const target = (await listAccounts(serving.db, account.corp_no)).find((each) => each.account_no === account_no)
  if (!target) throw new PageError(404)
  return answerWith(request, async () => {
    if (form.get('do') !== 'reset') {
      await disableAccount(serving.db, account.corp_no, account_no, form.get('do') === 'disable')
      return notice(say('saved'))
    }
    const password = newPassword()
    await resetPassword(serving.db, account.corp_no, account_no, password)
    return passwordOnce(request, target.name, password)
  })
}

/** The page of accounts with the message that `change` returns, or with its AccountError and status 400. */
async function answerWith(request: SignedInRequest, change: () => Promise<Html>): Promise<Answer> {
  try {
    return { page: await accountsView(request, await change()) }
  } catch (error) {
    if (!(error instanceof AccountError)) throw error
    return { status: 400, page: await accountsView(request, html`<p class="notice wrong" role="alert">${error.message}</p>`) }
  }
}

const passwordOnce = ({ say }: SignedInRequest, name: string, password: string) =>
  html`<div class="notice secret" role="status"><p>${say('passwordOnce', { name })}</p><p><code data-secret>${password}</code></p></div>`

async function accountsView(request: SignedInRequest, message: Html): Promise<Html> {
  requireAdministrator(request)
  const { serving, account, say, visibility } = request
  const accounts = await listAccounts(serving.db, account.corp_no)
  const body = html`<h1 class="page-title">${say('accounts')}</h1>${message}
<div class="scroll" tabindex="0" role="region" aria-label="${say('accounts')}"><table><thead><tr><th scope="col">${say('name')}</th><th scope="col">${say('role')}</th><th scope="col">${say('classes')}</th><th scope="col">${say('actions')}</th></tr></thead><tbody>${accounts.map(
    ({ account_no, name, role, userid, classes, disabled }) =>
      html`<tr><th scope="row">${name}${disabled && html` <span class="tag">${say('disabled')}</span>`}${userid && html`<small>${userid}</small>`}</th><td>${say(role as 'teacher')}</td><td>${classes.map((party_id) => visibility.partyNames.get(party_id) ?? party_id).join(' · ')}</td><td class="row">${buttonForm(request, `/accounts/${account_no}`, say('resetPassword'), { do: 'reset' }, 'plain')}${buttonForm(request, `/accounts/${account_no}`, say(disabled ? 'enable' : 'disable'), { do: disabled ? 'enable' : 'disable' }, 'plain')}</td></tr>`,
  )}</tbody></table></div>
<section><h2>${say('addAccount')}</h2><form class="filters stacked" method="post" action="/accounts">${csrfField(request)}
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
  return page(request, { title: say('accounts'), section: 'accounts', body })
}
