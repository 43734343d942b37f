import { demoAccounts } from '../demo_accounts.ts'
import { html } from '../html.ts'
import { guestPage, tokenField } from '../layout.ts'
import { accountFor, closeSession, openSession } from '../session.ts'
import type { Text } from '../texts.ts'
import type { Answer, Guest, Visit } from '../visit.ts'

/** What the pages before sign-in need besides: who is there already, a cookie, and whether one more try is allowed; one that was right costs nothing. */
export type Door = {
  readonly visit: Visit | undefined
  readonly keep: (name: string, value: string, days?: number) => void
  readonly mayTry: (name: string) => boolean
  readonly wasRight: (name: string) => void
}

export const signInPage = (guest: Guest, { visit }: Door): Answer => (visit ? { to: '/' } : { page: form(guest, undefined, '') })

export async function signInForm(guest: Guest, { keep, mayTry, wasRight }: Door): Promise<Answer> {
  const { room, now, form: sent } = guest
  const name = sent.get('name') ?? ''
  if (!mayTry(name)) return { status: 429, page: form(guest, 'signInOften', name) }
  const account = await accountFor(room.db, name, sent.get('password') ?? '', room.demo)
  if (!account) return { status: 401, page: form(guest, 'signInWrong', name) }
  wasRight(name)
  keep('rollcall_session', await openSession(room.db, account, now))
  return { to: local(sent.get('back')) }
}

export async function signOutForm({ room }: Guest, { visit, keep }: Door): Promise<Answer> {
  if (visit) await closeSession(room.db, visit.account)
  keep('rollcall_session', '', 0)
  return { to: '/sign-in' }
}

export function chooseLanguage({ form: sent }: Guest, { keep }: Door): Answer {
  keep('rollcall_language', sent.get('to') === 'en' ? 'en' : 'zh', 400)
  return { to: local(sent.get('back')) }
}

/** A way back that stays in this house. */
const local = (back: string | null) => (back && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/')

function form(guest: Guest, problem: Text | undefined, name: string) {
  const { say, room, query, form: sent } = guest
  const back = sent.get('back') ?? query.get('back') ?? ''
  return guestPage(
    guest,
    say('signIn'),
    html`<form class="sign-in" method="post" action="/sign-in">
<h1>${say('signInLead')}</h1>
${problem && html`<p class="notice wrong" role="alert">${say(problem)}</p>`}
${tokenField(guest)}<input type="hidden" name="back" value="${back}">
<label class="field"><span>${say('name')}</span><input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label class="field"><span>${say('password')}</span><input name="password" type="password" autocomplete="current-password" required></label>
<button class="primary">${say('signIn')}</button>
${room.demo && html`<p class="hint">${say('demoHint', { password: demoAccounts.password })}</p>`}
</form>`,
  )
}
