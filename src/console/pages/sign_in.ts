import { demoAccounts } from '../demo_accounts.ts'
import { html } from '../html.ts'
import { deviceCookie, deviceDays, rememberDevice } from '../known_device.ts'
import { csrfField, signedOutPage } from '../layout.ts'
import { type Answer, localPath, type PageRequest, type SignedInRequest } from '../page_request.ts'
import { closeSession, openSession } from '../session.ts'
import type { SignInOutcome } from '../sign_in.ts'

/** What the pages that need no session are given besides the request. */
export type SignInTools = {
  /** the same request with its account, if it has a valid session */
  readonly signedIn: SignedInRequest | undefined
  /** `days` is how long the browser stores the cookie; 0 deletes it */
  readonly setCookie: (name: string, value: string, days?: number) => void
  /** the key of the browser's device cookie */
  readonly deviceKey: string | undefined
  /** compares a password with those of the accounts of a name, within the rate limits */
  readonly trySignIn: (typedName: string, password: string) => Promise<SignInOutcome>
}

export const signInPage = (request: PageRequest, { signedIn }: SignInTools): Answer =>
  signedIn ? { redirectTo: '/' } : { page: signInView(request) }

export async function signInForm(request: PageRequest, { setCookie, deviceKey, trySignIn }: SignInTools): Promise<Answer> {
  const { serving, now, form, say } = request
  const name = form.get('name') ?? ''
  const outcome = await trySignIn(name, form.get('password') ?? '')
  if (!('problem' in outcome)) {
    setCookie(deviceCookie, await rememberDevice(serving.db, outcome.account, deviceKey, now), deviceDays)
    setCookie('rollcall_session', await openSession(serving.db, outcome.account, now))
    return { redirectTo: localPath(form.get('back')) }
  }
  const { problem } = outcome
  if (!('retryAfterSeconds' in outcome)) return { status: 401, page: signInView(request, say(problem), name) }
  const { retryAfterSeconds } = outcome
  const page = signInView(request, say(problem, { n: retryAfterSeconds }), name)
  return { status: problem === 'signInBusy' ? 503 : 429, page, retryAfterSeconds }
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

function signInView(request: PageRequest, problem = '', name = '') {
  const { say, serving, query, form } = request
  const back = form.get('back') ?? query.get('back') ?? ''
  return signedOutPage(
    request,
    say('signIn'),
    html`<form class="sign-in" method="post" action="/sign-in">
<h1>${say('signInLead')}</h1>
${problem && html`<p class="notice wrong" role="alert">${problem}</p>`}
${csrfField(request)}<input type="hidden" name="back" value="${back}">
<label class="field"><span>${say('name')}</span><input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label class="field"><span>${say('password')}</span><input name="password" type="password" autocomplete="current-password" required></label>
<button class="primary">${say('signIn')}</button>
${serving.demo && html`<p class="hint">${say('demoHint', { password: demoAccounts.password })}</p>`}
</form>`,
  )
}
