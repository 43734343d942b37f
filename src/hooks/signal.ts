import { formPairs } from '../request/form_pairs.ts'
import type { MeetingReport } from './meeting_event.ts'
import type { HookRow } from './store.ts'

/**
 * An event of a streaming server, the same for all kinds of servers. Times are unix seconds, the server's own where it sends them.
 *
 * - `enter`, `beat`, `leave`: of a viewer's connection, which the server calls `session`. A beat says that it goes on.
 * - `publish`, `unpublish`: of the stream of a living, by the connection `publisher`.
 * - `sign`: of the server itself. `run` tells its starts apart.
 * - `refused`: something that is neither watching nor publishing, and not to be allowed.
 */
export type Signal = ViewerSignal | StreamSignal | ServerSign | { readonly is: 'refused' }

export type ViewerSignal = {
  readonly is: 'enter' | 'beat' | 'leave'
  readonly stream: string
  readonly session: string
  readonly who: Who
  readonly at: number
  /** when the connection began, where the server says so */
  readonly since?: number
  /** whether it repeats that the connection goes on, to which a server must not be told no: it would cut the connection */
  readonly isUpdate?: boolean
  /** whether a session that is not known has not watched: its connection came to nothing */
  readonly isAborted?: boolean
}

export type StreamSignal = {
  readonly is: 'publish' | 'unpublish'
  readonly stream: string
  readonly at: number
  readonly publisher: string
  /** the publish key that came with it, '' for none; undefined where the server itself knows who may publish */
  readonly key?: string
  /** whether it repeats that the stream is published, to which a server must not be told no: it would cut the stream */
  readonly isUpdate?: boolean
  /** whether the room of the stream is closed with it, so that nobody is connected any more */
  readonly isRoomClosed?: boolean
}

export type ServerSign = {
  readonly is: 'sign'
  readonly run: string
  /** whether the server sends such events of its own accord, whoever watches */
  readonly isPeriodic: boolean
}

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
  /** whether its events have times of their own, so that one that is delivered late or twice is known by its time */
  readonly isTimed?: boolean
  /** the default of its setting `hls_window`, in seconds, for a server that has one */
  readonly hlsWindow?: number
  /** Throws `NotSigned` where the server signs its events and this signature is not its own. */
  readonly read: (event: Event) => Signal[] | Promise<Signal[]>
  /** Of a meeting product, which names meetings and people instead of livings and viewers; `read` is then not called. Throws as `read` does. */
  readonly readMeeting?: (event: Event) => MeetingReport
  readonly yes: Reply
  readonly no: Reply
}

/** The signature of an event is missing or wrong. */
export class NotSigned extends Error {
  override name = 'NotSigned'
}

/** The value of `link` in a query string, with a leading "?" or without. Throws a SyntaxError where it has more than 1,000 fields. */
export const linkIn = (query: string): string => formPairs(query.replace(/^\?/, '')).get('link') ?? ''

/** The publish key in a query string, likewise. */
export const keyIn = (query: string): string => formPairs(query.replace(/^\?/, '')).get('key') ?? ''

/** A number that may be sent as a string; 0 where it is none. */
export const numberIn = (value: unknown): number => {
  // an object may have a `toString` that makes Number throw
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
  return Number.isFinite(number) ? number : 0
}

/** A body as a JSON object. Throws a SyntaxError where it is none. */
export const json = (body: Buffer): Record<string, unknown> => {
  const parsed: unknown = JSON.parse(body.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SyntaxError('expected a JSON object')
  return parsed as Record<string, unknown>
}

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The fields of an object; none where it is no object. */
export const fieldsIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const daySeconds = 86_400
/** Seconds by which presence may lie in the future: `checkNotFuture` of living/clock.ts. */
const mostAheadSeconds = 300
/** Characters of the names that a streaming server gives: BigBlueButton's are the longest, with 70. PostgreSQL indexes no more than 2,700 bytes. */
const mostCharacters = 250

/**
 * Validates what a streaming server reports, parts of which its players choose.
 *
 * @param now unix seconds
 * @returns the signal, with `since` at most two days ago; as of now where a server's clock is further ahead than presence may be; undefined where a name is too long or contains NUL, which PostgreSQL stores in no
 *   text, or where a time is no whole second, or more than two days old or one day ahead. No server repeats an event after a day.
 */
export function validSignal(signal: Signal, now: number): Signal | undefined {
  const earliest = now - 2 * daySeconds
  const names = namesIn(signal)
  if (names.some((name) => name.length > mostCharacters || name.includes('\0'))) return undefined
  if (!('at' in signal)) return signal
  if (!Number.isInteger(signal.at) || signal.at < earliest || signal.at > now + daySeconds) return undefined
  const at = signal.at > now + mostAheadSeconds ? now : signal.at
  if (!('since' in signal) || signal.since === undefined) return { ...signal, at }
  return Number.isInteger(signal.since) ? { ...signal, at, since: Math.min(at, Math.max(signal.since, earliest)) } : undefined
}

/** The names in a signal that its server, or a player, has chosen. */
function namesIn(signal: Signal): string[] {
  if (signal.is === 'refused') return []
  if (signal.is === 'sign') return [signal.run]
  if (!('who' in signal)) return [signal.stream, signal.publisher]
  return [signal.stream, signal.session, ...('identity' in signal.who ? [signal.who.identity] : [])]
}
