import type { School } from '../world.ts'
import { password } from './teacher.ts'

/** The console by plain HTTP requests. */
type Sent = { path: string; cookies?: string; form?: Record<string, string>; headers?: Record<string, string> }

/** Requests a page, or posts a form. Returns the answer with its cookies (`set`), its redirect (`to`) and its CSRF token. */
export async function ask({ base }: Pick<School, 'base'>, { path, cookies = '', form, headers = {} }: Sent) {
  const answer = await fetch(base + path, {
    redirect: 'manual',
    headers: { cookie: cookies, ...headers },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
  const page = await answer.text()
  return {
    status: answer.status,
    page,
    headers: answer.headers,
    to: answer.headers.get('location'),
    set: answer.headers.getSetCookie(),
    token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '',
  }
}

export const cookieOf = (set: readonly string[]) => set.map((each) => each.split(';')[0]).join('; ')

type SignIn = {
  said?: string
  /** the address that a proxy on this machine names as the caller's */
  from?: string
  /** the cookies of an earlier sign-in in the same browser; its session is ignored */
  browser?: readonly string[]
}

/** Fills in the sign-in form. `typed` is the name as it is typed, such as `wang@wwschool`. */
export async function signInAs(at: Pick<School, 'base'>, typed: string, { said = password, from, browser = [] }: SignIn = {}) {
  const door = await ask(at, { path: '/sign-in' })
  return ask(at, {
    path: '/sign-in',
    cookies: cookieOf([...door.set, ...browser.filter((each) => each.startsWith('rollcall_device='))]),
    headers: from ? { 'x-forwarded-for': from } : {},
    form: { token: door.token, name: typed, password: said },
  })
}
