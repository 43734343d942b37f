import type { Readable } from 'node:stream'
import type { LatestCalls } from '../access/latest.ts'
import type { RollCache } from '../attendance/roll/roll_cache.ts'
import type { Serving } from '../serving.ts'
import type { Upload } from './form.ts'
import type { Html } from './html.ts'
import type { SessionRow } from './store.ts'
import type { Lang, Say } from './texts/say.ts'
import type { Times } from './time.ts'
import type { Visibility } from './visibility.ts'

/** What the console has for every request: database, settings, clock and caches. */
export type ConsoleServing = Serving & {
  /** returns unix seconds */
  readonly clock: () => number
  /** IANA name */
  readonly timeZone: string
  readonly rolls: RollCache
  readonly calls: LatestCalls
  /** URLs of the stylesheet and of the script */
  readonly assets: { readonly css: string; readonly js: string }
}

/** A request for a page. Whether somebody is signed in does not matter. */
export type PageRequest = {
  readonly serving: ConsoleServing
  /** translates into the language of the request */
  readonly say: Say
  readonly lang: Lang
  readonly times: Times
  /** unix seconds */
  readonly now: number
  readonly path: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  readonly form: URLSearchParams
  /** uploads by the name of their form field */
  readonly files: ReadonlyMap<string, Upload>
  /** what every form of the page has to carry */
  readonly csrfToken: string
}

/** A request with a valid session: its account, and what that account may see. */
export type SignedInRequest = PageRequest & { readonly account: SessionRow; readonly visibility: Visibility }

/** What a page answers: HTML, a redirect (303), plain text, JSON, or a download. */
export type Answer =
  | { readonly page: Html; readonly status?: number; readonly retryAfterSeconds?: number }
  | { readonly redirectTo: string }
  | { readonly text: string; readonly name?: string }
  | { readonly json: object }
  | { readonly file: Readable; readonly type: string; readonly name: string }

/**
 * The path that a form asks to come back to, where it is a path of this server, else `otherwise`: a link to sign-in from elsewhere must not
 * lead on to another site. Only printable ASCII is allowed, since Node throws for other characters in the header Location.
 */
export const localPath = (back: string | null, otherwise = '/') => (back && /^\/(?![/\\])[!-[\]-~]*$/.test(back) ? back : otherwise)

/** Thrown by a page, and answered with a page that says so: 404 for what does not exist, 403 for what this account may not see. */
export class PageError extends Error {
  readonly status: 403 | 404
  constructor(status: 403 | 404) {
    super(`page refused: ${status}`)
    this.status = status
  }
}

export const isAdministrator = (request: SignedInRequest) => request.account.role === 'administrator'

/** Throws a PageError 403 unless the account is an administrator's. */
export function requireAdministrator(request: SignedInRequest): void {
  if (!isAdministrator(request)) throw new PageError(403)
}

/** An integer of the query between `low` and `high`, both included; `fallback` where the parameter is missing or anything else. */
export function integerParam(query: URLSearchParams, name: string, low: number, high: number, fallback: number): number {
  const value = Number(query.get(name) ?? fallback)
  return Number.isInteger(value) && value >= low && value <= high ? value : fallback
}

/** `given` where the list has it, else the first of the list. */
export const oneOf = <T extends string>(list: readonly [T, ...T[]] | readonly T[], given: string | null): T =>
  list.includes(given as T) ? (given as T) : (list[0] as T)
