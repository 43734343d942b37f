import type { Readable } from 'node:stream'
import type { LatestCalls } from '../access/latest.ts'
import type { RollCache } from '../attendance/roll/roll_cache.ts'
import type { Serving } from '../serving.ts'
import type { Upload } from './form.ts'
import type { Html } from './html.ts'
import type { Sight } from './sight.ts'
import type { SessionRow } from './store.ts'
import type { Lang, Say } from './texts.ts'
import type { Times } from './time.ts'

/** What the console has, whoever comes. */
export type Room = Serving & {
  /** unix seconds */
  readonly clock: () => number
  readonly timeZone: string
  readonly rolls: RollCache
  readonly calls: LatestCalls
  readonly assets: { readonly css: string; readonly js: string }
}

/** A request for a page, before anybody has signed in. */
export type Guest = {
  readonly room: Room
  readonly say: Say
  readonly lang: Lang
  readonly times: Times
  readonly now: number
  readonly path: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  readonly form: URLSearchParams
  readonly files: ReadonlyMap<string, Upload>
  /** what our forms carry */
  readonly token: string
}

export type Visit = Guest & { readonly account: SessionRow; readonly sight: Sight }

export type Answer =
  | { readonly page: Html; readonly status?: number }
  | { readonly to: string }
  | { readonly text: string; readonly name?: string }
  | { readonly json: object }
  | { readonly file: Readable; readonly type: string; readonly name: string }

/** Shown as a page of its own: 404 for what is not there, 403 for what is not theirs. */
export class NotShown extends Error {
  readonly status: 403 | 404
  constructor(status: 403 | 404) {
    super(`not shown: ${status}`)
    this.status = status
  }
}

export const isAdministrator = (visit: Visit) => visit.account.role === 'administrator'

export function administratorsOnly(visit: Visit): void {
  if (!isAdministrator(visit)) throw new NotShown(403)
}

/** A whole number of the query, within bounds. */
export function wholeOf(query: URLSearchParams, name: string, low: number, high: number, fallback: number): number {
  const value = Number(query.get(name) ?? fallback)
  return Number.isInteger(value) && value >= low && value <= high ? value : fallback
}

/** One of a list, else its first. */
export const oneOf = <T extends string>(list: readonly [T, ...T[]] | readonly T[], given: string | null): T =>
  list.includes(given as T) ? (given as T) : (list[0] as T)
