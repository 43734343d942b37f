import type { HookRow } from './store.ts'

/** An event of a streaming server, the same for all kinds of servers. Times are unix seconds, the server's own where it sends them. */
export type Signal =
  | {
      readonly is: 'enter' | 'beat' | 'leave'
      readonly stream: string
      readonly session: string
      readonly who: Who
      readonly at: number
      readonly since?: number
    }
  | { readonly is: 'publish' | 'unpublish'; readonly stream: string; readonly at: number }

/** Who watches: a link from the play URL, or an identity that the server has authenticated, "student" or "parent/student". */
export type Who = { readonly link: string } | { readonly identity: string }

export type Event = {
  readonly hook: HookRow
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** path and query as they were sent */
  readonly url: string
  readonly body: Buffer
  readonly now: number
}

export type Reply = { readonly status: number; readonly type: 'application/json' | 'text/plain'; readonly body: string }

/** What the events of one kind of server mean, and how that server is allowed or refused. One file for each kind. */
export type Adapter = {
  readonly kind: string
  /** whether the server uses session names again after a restart */
  readonly reuses: boolean
  /** Throws `NotSigned` where the server signs its events and this signature is not its own. */
  readonly read: (event: Event) => Signal[] | Promise<Signal[]>
  readonly yes: Reply
  readonly no: Reply
}

/** The signature of an event is missing or wrong. */
export class NotSigned extends Error {
  override name = 'NotSigned'
}

/** The value of `link` in a query string, with a leading "?" or without. */
export const linkIn = (query: string): string => new URLSearchParams(query.replace(/^\?/, '')).get('link') ?? ''

/** A number that may be sent as a string; 0 where it is none. */
export const numberIn = (value: unknown): number => {
  const number = Number(value)
  return Number.isFinite(number) ? number : 0
}

/** A body as a JSON object. Throws a SyntaxError where it is none. */
export const json = (body: Buffer): Record<string, unknown> => {
  const parsed: unknown = JSON.parse(body.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SyntaxError('expected a JSON object')
  return parsed as Record<string, unknown>
}

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
