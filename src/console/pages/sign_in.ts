import { demoAccounts } from '../demo_accounts.ts'
import { html } from '../html.ts'
import { csrfField, signedOutPage } from '../layout.ts'
import { type Answer, localPath, type PageRequest, type SignedInRequest } from '../page_request.ts'
import { accountForSignIn, closeSession, openSession } from '../session.ts'
import type { Text } from '../texts/say.ts'

/** What the pages that need no session are given besides the request. */
export type SignInTools = {
  /** the same request with its account, if it has a valid session */
  readonly signedIn: SignedInRequest | undefined
  /** `days` is how long the browser stores the cookie; 0 deletes it */
  readonly setCookie: (name: string, value: string, days?: number) => void
  /** takes one attempt from the rate limit of a name; false if none is left */
  readonly takeAttempt: (name: string) => boolean
  /** after a right password: only failed attempts count */
  readonly giveBackAttempt: (name: string) => void
}

export const signInPage = (request: PageRequest, { signedIn }: SignInTools): Answer =>
  signedIn ? { redirectTo: '/' } : { page: signInView(request, undefined, '') }

export async function signInForm(request: PageRequest, { setCookie, takeAttempt, giveBackAttempt }: SignInTools): Promise<Answer> {
  const { serving, now, form } = request
  const name = form.get('name') ?? ''
  if (!takeAttempt(name)) return { status: 429, page: signInView(request, 'signInOften', name) }
  const account = await accountForSignIn(serving.db, name, form.get('password') ?? '', serving.demo)
  if (!account) return { status: 401, page: signInView(request, 'signInWrong', name) }
  giveBackAttempt(name)
  setCookie('rollcall_session', await openSession(serving.db, account, now))
  return { redirectTo: localPath(form.get('back')) }
}

export async function signOutForm({ serving }: PageRequest, { signedIn, setCookie }: SignInTools): Promise<Answer> {
  if (signedIn) await closeSession(serving.db, signedIn.account)
  setCookie('rollcall_session', '', 0)
  return { redirectTo: '/sign-in' }
}

export function chooseLanguage({ form }: PageRequest, { setCookie }: SignInTools): Answer {
  setCookie('rollcall_language', form.get('to') === 'en' ? 'en' : 'zh', 400)
  return { redirectTo: localPath(form.get('back')) }
}

function signInView(request: PageRequest, problem: Text | undefined, name: string) {
  const { say, serving, query, form } = request
  const back = form.get('back') ?? query.get('back') ?? ''
  return signedOutPage(
    request,
    say('signIn'),
    html`<form class="sign-in" method="post" action="/sign-in">
<h1>${say('signInLead')}</h1>
${problem && html`<p class="notice wrong" role="alert">${say(problem)}</p>`}
${csrfField(request)}<input type="hidden" name="back" value="${back}">
<label class="field"><span>${say('name')}</span><input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label class="field"><span>${say('password')}</span><input name="password" type="password" autocomplete="current-password" required></label>
<button class="primary">${say('signIn')}</button>
${serving.demo && html`<p class="hint">${say('demoHint', { password: demoAccounts.password })}</p>`}
</form>`,
  )
}
