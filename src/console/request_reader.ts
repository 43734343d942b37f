import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CookieWriter, cookiesOf } from './cookies.ts'
import { csrfTokenOf } from './csrf.ts'
import { type Form, readForm, readQuery } from './form.ts'
import type { ConsoleServing, PageRequest, SignedInRequest } from './page_request.ts'
import { readSession } from './session.ts'
import type { SessionRow } from './store.ts'
import { languageOf, sayIn } from './texts/say.ts'
import { timesIn } from './time.ts'
import { visibilityOf } from './visibility.ts'

/** What the head of a request tells: the account of a valid session, and the cookie that the CSRF token is derived from. */
export type RequestHead = {
  readonly account: SessionRow | undefined
  /** the session cookie, or before sign-in the guest cookie */
  readonly csrfCookie: string
}

/** A request as read. `signedIn` is the same request with its account; undefined without a valid session. */
export type ReadRequest = {
  readonly pageRequest: PageRequest
  readonly signedIn: SignedInRequest | undefined
  readonly csrfCookie: string
}

/**
 * Returns a function that reads the session and the cookies of a request; it does not need the body. A browser without a session gets a
 * guest cookie for one day, from which the CSRF token of the sign-in form is derived.
 */
export const headReader =
  ({ db, clock, demo }: ConsoleServing, setCookie: CookieWriter) =>
  async (http: FastifyRequest, reply: FastifyReply): Promise<RequestHead> => {
    const cookies = cookiesOf(http.headers.cookie)
    const account = await readSession(db, cookies.get('rollcall_session'), clock(), demo)
    let csrfCookie = account ? (cookies.get('rollcall_session') as string) : (cookies.get('rollcall_guest') ?? '')
    if (!account && !/^[\w-]{43}$/.test(csrfCookie)) {
      csrfCookie = randomBytes(32).toString('base64url')
      setCookie(http, reply, 'rollcall_guest', csrfCookie, 1)
    }
    return { account, csrfCookie }
  }

/** Reads the form of a request whose head and body have been read. */
export async function readRequest(
  serving: ConsoleServing,
  http: FastifyRequest,
  { account, csrfCookie }: RequestHead,
): Promise<ReadRequest> {
  const form = await readForm(Buffer.isBuffer(http.body) ? http.body : undefined)
  const pageRequest = pageRequestOf(serving, http, csrfCookie, form)
  const signedIn = account && { ...pageRequest, account, visibility: await visibilityOf(serving.db, account) }
  return { pageRequest, signedIn, csrfCookie }
}

/** A request for a page, made of its head and, where it has one, its form. Reads nothing from the database. */
export function pageRequestOf(serving: ConsoleServing, http: FastifyRequest, csrfCookie: string, { form, files }: Form): PageRequest {
  const lang = languageOf(cookiesOf(http.headers.cookie).get('rollcall_language'), http.headers['accept-language'])
  return {
    serving,
    lang,
    say: sayIn(lang),
    times: timesIn(serving.timeZone, lang),
    now: serving.clock(),
    // not by `URL`, which takes what follows "//" for a host and throws where it is none
    path: http.url.split('?', 1)[0] ?? '',
    query: readQuery(http.url),
    params: (http.params ?? {}) as Record<string, string>,
    form,
    files,
    csrfToken: csrfTokenOf(csrfCookie),
  }
}
