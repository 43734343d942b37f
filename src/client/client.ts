import type { Output } from '../wire/endpoint.ts'
import type { official, ours } from '../wire/table.ts'
import type { CallOptions, Calls, Route } from './call.ts'
import type { OfficialCalls, OurCalls } from './calls.ts'
import { digest } from './digest.ts'
import { type Called, isTokenDead } from './error.ts'
import { type Limit, pacer } from './limit.ts'
import { livingidsOf, type Unwatched, type WalkOptions, type Watched, walk } from './pages.ts'
import { type Envelope, type Retry, type Sender, send } from './send.ts'
import { either } from './signals.ts'
import { officialTable, ourTable } from './table.ts'
import { memoryTokens, type TokenCache, tokenSource } from './tokens.ts'

export type { CallOptions } from './call.ts'
export { BusyError, CredentialError, LimitError, NoAnswerError, PageError, PermissionError, RollcallError } from './error.ts'
export { halfTheLimit, type Limit } from './limit.ts'
export type { Person, Progress, Unwatched, Visitor, WalkOptions, Watched, Watching } from './pages.ts'
export type { Retry } from './send.ts'
export { memoryTokens, type Token, type TokenCache } from './tokens.ts'

/** WeCom's own; what a client calls unless told otherwise. */
export const officialHost = 'https://qyapi.weixin.qq.com'

export type ClientOptions = {
  readonly corpid: string
  readonly corpsecret: string
  /** the official host unless said */
  readonly base?: string
  /** where tokens are kept; in memory unless said */
  readonly tokens?: TokenCache
  /** milliseconds an answer may take; 30,000 unless said */
  readonly timeout?: number
  readonly retry?: Retry
  /** calls of one interface at most; none unless said */
  readonly limit?: Limit
  readonly fetch?: typeof fetch
  /** ends every call of this client */
  readonly signal?: AbortSignal
}

export type Client = OfficialCalls &
  Omit<Calls<typeof official>, keyof OfficialCalls> & {
    /** Rollcall's own calls; the official host has none of them. */
    readonly ours: OurCalls & Omit<Calls<typeof ours>, keyof OurCalls>
    /** Everybody of one or many livings who has not watched, page after page. */
    unwatched(livingids: string | Iterable<string>, options?: WalkOptions): AsyncGenerator<Unwatched, void>
    /** Everybody of one or many livings who has watched, visitors too. */
    watched(livingids: string | Iterable<string>, options?: WalkOptions): AsyncGenerator<Watched, void>
    /** The ids of a teacher's livings: of those, the ones that this app created. */
    livingids(anchor_userid: string, options?: { signal?: AbortSignal }): AsyncGenerator<string, void>
  }

/**
 * Typed calls of WeCom's school-living API, against the official host or any compatible one. Needs nothing of Node.
 * The token is fetched at the first call, kept, and renewed once when it is dead, however many callers find it so at the same time.
 */
export function createClient(options: ClientOptions): Client {
  const base = (options.base ?? officialHost).replace(/\/+$/, '')
  const sender: Sender = {
    base,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeout: options.timeout ?? 30_000,
    retry: options.retry ?? {},
    waits: options.limit ? pacer(options.limit) : () => 0,
  }
  let key: Promise<string> | undefined
  const keyOf = () => {
    key ??= digest(`${base} ${options.corpid} ${options.corpsecret}`).then((sum) => `${options.corpid} ${sum}`)
    return key
  }
  const tokenOf = tokenSource(options.tokens ?? memoryTokens(), keyOf, async () => {
    const { corpid, corpsecret } = options
    const asked = { query: {}, signal: options.signal }
    const { gettoken } = officialTable
    const answer = await send(sender, { name: 'gettoken', ...gettoken }, gettoken, { corpid, corpsecret }, asked)
    const { access_token, expires_in } = answer as Envelope & Output<typeof official.gettoken>
    return { access_token, expires_at: Date.now() + expires_in * 1000 }
  })

  const calls = <Declared>(routes: Readonly<Record<keyof Declared, Route>>) =>
    Object.fromEntries(
      Object.entries<Route>(routes).map(([name, route]) => {
        const called = { name, path: route.path, doc: route.doc }
        return [name, (input: object = {}, each: CallOptions = {}) => call(called, route, input, each)]
      }),
    ) as unknown as Calls<Declared>

  async function call(called: Called, route: Route, input: object, each: CallOptions): Promise<Envelope> {
    const signal = either(options.signal, each.signal)
    const sending = (query: object) => ({ query: query as Record<string, unknown>, signal, repeat: each.repeat })
    if (route.needs === 'nobody') return send(sender, called, route, input, sending({}))
    if (route.needs === 'suite') return send(sender, called, route, input, sending({ suite_access_token: each.suite_access_token }))
    const access_token = await unless(signal, tokenOf())
    try {
      return await send(sender, called, route, input, sending({ access_token }))
    } catch (error) {
      if (!isTokenDead(error)) throw error
      const renewed = await unless(signal, tokenOf(access_token))
      return send(sender, called, route, input, sending({ access_token: renewed }))
    }
  }

  const client: Client = {
    ...calls<typeof official>(officialTable),
    ours: calls<typeof ours>(ourTable),
    unwatched: (livingids, each = {}) => walk(client, 'unwatched', livingids, each) as AsyncGenerator<Unwatched, void>,
    watched: (livingids, each = {}) => walk(client, 'watched', livingids, each) as AsyncGenerator<Watched, void>,
    livingids: (anchor_userid, each = {}) => livingidsOf(client, anchor_userid, each),
  }
  return client
}

/** The token is everybody's: who is told to stop leaves, and the others go on waiting for it. */
function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
