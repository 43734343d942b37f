import type { Output } from '../wire/endpoint.ts'
import type { official, ours } from '../wire/table.ts'
import type { CallOptions, CallSpec, Calls, Envelope } from './call.ts'
import type { OfficialCalls, OurCalls } from './calls.ts'
import { type CallIdentity, isTokenRefused } from './error.ts'
import type { Unwatched, Watched } from './people.ts'
import { type Limit, rateLimiter } from './rate_limit.ts'
import { type Retry, type Sender, send } from './send.ts'
import { sha256Hex } from './sha256.ts'
import { eitherSignal, waitUnlessAborted } from './signals.ts'
import { officialTable, ourTable } from './table.ts'
import { memoryTokens, type TokenCache, tokenSource } from './tokens.ts'
import { livingidsOf, type WalkOptions, walk } from './walk.ts'

export type { CallOptions } from './call.ts'
export { BusyError, CredentialError, LimitError, NoAnswerError, PageError, PermissionError, RollcallError } from './error.ts'
export type { Person, Unwatched, Visitor, Watched, Watching } from './people.ts'
export { halfTheLimit, type Limit } from './rate_limit.ts'
export type { Retry } from './send.ts'
export { memoryTokens, type Token, type TokenCache } from './tokens.ts'
export type { Progress, WalkOptions } from './walk.ts'

/** URL of WeCom's API: the host that a client calls by default. */
export const officialHost = 'https://qyapi.weixin.qq.com'

export type ClientOptions = {
  readonly corpid: string
  readonly corpsecret: string
  /** URL of the host. Default: `officialHost`. */
  readonly base?: string
  /** Cache for access tokens. Default: `memoryTokens()`. */
  readonly tokens?: TokenCache
  /** Milliseconds that each attempt of a call may take. Default 30,000. */
  readonly timeout?: number
  readonly retry?: Retry
  /** Rate limit for each interface. Default: none. */
  readonly limit?: Limit
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch
  /** Aborts every call of this client. */
  readonly signal?: AbortSignal
}

export type Client = OfficialCalls &
  Omit<Calls<typeof official>, keyof OfficialCalls> & {
    /** Rollcall's own calls. The official host does not offer them. */
    readonly ours: OurCalls & Omit<Calls<typeof ours>, keyof OurCalls>
    /** Yields everybody who has not watched one or many livings, over all pages. */
    unwatched(livingids: string | Iterable<string>, options?: WalkOptions): AsyncGenerator<Unwatched, void>
    /** Yields everybody who has watched one or many livings, visitors included, over all pages. */
    watched(livingids: string | Iterable<string>, options?: WalkOptions): AsyncGenerator<Watched, void>
    /** Yields the ids of a teacher's livings. The official host returns only those that this app created. */
    livingids(anchor_userid: string, options?: { signal?: AbortSignal }): AsyncGenerator<string, void>
  }

/**
 * Returns a client with one typed method per call of WeCom's school-living API, for the official host or any compatible one.
 * Methods throw a `RollcallError` when a call fails. Needs nothing of Node.
 *
 * The access token is fetched at the first call and cached. When the server refuses it, it is renewed once, however many calls notice that
 * at the same time.
 */
export function createClient(options: ClientOptions): Client {
  const base = (options.base ?? officialHost).replace(/\/+$/, '')
  const sender: Sender = {
    base,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeoutMs: options.timeout ?? 30_000,
    retry: options.retry ?? {},
    reserveSlot: options.limit ? rateLimiter(options.limit) : () => 0,
  }
  const tokenOf = tokenSource(options.tokens ?? memoryTokens(), cacheKey(base, options), async () => {
    const { corpid, corpsecret } = options
    const { gettoken } = officialTable
    const sending = { query: {}, signal: options.signal }
    const answer = await send(sender, { name: 'gettoken', ...gettoken }, gettoken, { corpid, corpsecret }, sending)
    const { access_token, expires_in } = answer as Envelope & Output<typeof official.gettoken>
    return { access_token, expires_at: Date.now() + expires_in * 1000 }
  })

  const methodsOf = <Declared>(specs: Readonly<Record<keyof Declared, CallSpec>>) =>
    Object.fromEntries(
      Object.entries<CallSpec>(specs).map(([name, spec]) => {
        const identity = { name, path: spec.path, doc: spec.doc }
        return [name, (input: object = {}, callOptions: CallOptions = {}) => call(identity, spec, input, callOptions)]
      }),
    ) as unknown as Calls<Declared>

  async function call(identity: CallIdentity, spec: CallSpec, input: object, callOptions: CallOptions): Promise<Envelope> {
    const { repeat, suite_access_token } = callOptions
    const signal = eitherSignal(options.signal, callOptions.signal)
    const sendWith = (query: Readonly<Record<string, unknown>>) => send(sender, identity, spec, input, { query, signal, repeat })
    if (spec.needs === 'nobody') return sendWith({})
    if (spec.needs === 'suite') return sendWith({ suite_access_token })
    const access_token = await waitUnlessAborted(signal, tokenOf())
    try {
      return await sendWith({ access_token })
    } catch (error) {
      if (!isTokenRefused(error)) throw error
      return sendWith({ access_token: await waitUnlessAborted(signal, tokenOf(access_token)) })
    }
  }

  const client: Client = {
    ...methodsOf<typeof official>(officialTable),
    ours: methodsOf<typeof ours>(ourTable),
    unwatched: (livingids, walkOptions = {}) => walk(client, 'unwatched', livingids, walkOptions) as AsyncGenerator<Unwatched, void>,
    watched: (livingids, walkOptions = {}) => walk(client, 'watched', livingids, walkOptions) as AsyncGenerator<Watched, void>,
    livingids: (anchor_userid, each = {}) => livingidsOf(client, anchor_userid, each),
  }
  return client
}

/** Returns a function that yields the client's key in the token cache, computed at the first use. The key holds a hash of the secret. */
function cacheKey(base: string, { corpid, corpsecret }: ClientOptions): () => Promise<string> {
  let key: Promise<string> | undefined
  return () => {
    key ??= sha256Hex(`${base} ${corpid} ${corpsecret}`).then((hash) => `${corpid} ${hash}`)
    return key
  }
}
