import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CookieWriter, cookiesOf } from './cookies.ts'
import { csrfTokenOf } from './csrf.ts'
import { readForm } from './form.ts'
import type { ConsoleServing, PageRequest, SignedInRequest } from './page_request.ts'
import { readSession } from './session.ts'
import { languageOf, sayIn } from './texts/say.ts'
import { timesIn } from './time.ts'
import { visibilityOf } from './visibility.ts'

/** A request as read. `signedIn` is the same request with its account; undefined without a valid session. */
export type ReadRequest = {
  readonly pageRequest: PageRequest
  readonly signedIn: SignedInRequest | undefined
  /** the cookie that the CSRF token is derived from: the session cookie, or before sign-in the guest cookie */
  readonly csrfCookie: string
}

/**
 * Returns a function that reads session, language, query and form of an HTTP request. A browser that comes without a session and without
 * a guest cookie is given a guest cookie of one day, so that the sign-in form too has a CSRF token.
 */
export const requestReader =
  (serving: ConsoleServing, setCookie: CookieWriter) =>
  async (http: FastifyRequest, reply: FastifyReply): Promise<ReadRequest> => {
    const cookies = cookiesOf(http.headers.cookie)
    const now = serving.clock()
    const account = await readSession(serving.db, cookies.get('rollcall_session'), now, serving.demo)
    let csrfCookie = account ? (cookies.get('rollcall_session') as string) : (cookies.get('rollcall_guest') ?? '')
    if (!account && !/^[\w-]{43}$/.test(csrfCookie)) {
      csrfCookie = randomBytes(32).toString('base64url')
      setCookie(http, reply, 'rollcall_guest', csrfCookie, 1)
    }
    const lang = languageOf(cookies.get('rollcall_language'), http.headers['accept-language'])
    const url = new URL(http.url, 'http://rollcall')
    const { form, files } = await readForm(Buffer.isBuffer(http.body) ? http.body : undefined)
    const pageRequest: PageRequest = {
      serving,
      lang,
      say: sayIn(lang),
      times: timesIn(serving.timeZone, lang),
      now,
      path: url.pathname,
      query: url.searchParams,
      params: (http.params ?? {}) as Record<string, string>,
      form,
      files,
      csrfToken: csrfTokenOf(csrfCookie),
    }
    const signedIn = account && { ...pageRequest, account, visibility: await visibilityOf(serving.db, account) }
    return { pageRequest, signedIn, csrfCookie }
  }
