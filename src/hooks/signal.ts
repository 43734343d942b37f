import type { HookRow } from './store.ts'

/** What streaming servers say, in one language. Times are unix seconds, the server's own where it gives them. */
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

/** A link out of the play URL, or the identity that a server which signs in its viewers vouches for: "student" or "parent/student". */
export type Who = { readonly link: string } | { readonly identity: string }

export type Event = {
  readonly hook: HookRow
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** path and query as they came */
  readonly url: string
  readonly body: Buffer
  readonly now: number
}

export type Reply = { readonly status: number; readonly type: 'application/json' | 'text/plain'; readonly body: string }

/** One small file a server: what its events mean, and how it is told yes and no. */
export type Adapter = {
  readonly kind: string
  /** whether a session's name comes again once the server has restarted */
  readonly reuses: boolean
  /** Throws `NotSigned` where the server signs and this is not its signature. */
  readonly read: (event: Event) => Signal[] | Promise<Signal[]>
  readonly yes: Reply
  readonly no: Reply
}

export class NotSigned extends Error {
  override name = 'NotSigned'
}

/** The link in a query string, a leading "?" or not. */
export const linkIn = (query: string): string => new URLSearchParams(query.replace(/^\?/, '')).get('link') ?? ''

/** A number that may come as a string. */
export const numberIn = (value: unknown): number => {
  const number = Number(value)
  return Number.isFinite(number) ? number : 0
}

export const json = (body: Buffer): Record<string, unknown> => {
  const parsed: unknown = JSON.parse(body.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SyntaxError('expected a JSON object')
  return parsed as Record<string, unknown>
}

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
