import type { Static } from 'typebox'
import type { Endpoint, Input, Output } from '../wire/endpoint.ts'
import { official, ours } from '../wire/table.ts'
import { RollcallError } from './error.ts'
import { type Unwatched, unwatched } from './pages.ts'

/**
 * Typed calls of WeCom's school-living API, against the official host or any compatible one. Needs nothing of Node.
 * A token is fetched at the first call, kept, and renewed once on 40014 or 42001, however many callers find it dead at the same time.
 */
export type ClientOptions = {
  readonly corpid: string
  readonly corpsecret: string
  /** the official host unless said */
  readonly base?: string
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal
}

type Envelope = { errcode: number; errmsg: string }
/** `suite_access_token`: for the provider's calls (`service/*`) alone, which need one; `getSuiteToken` gives it. */
export type CallOptions = { readonly signal?: AbortSignal; readonly suite_access_token?: string }
type Calls<Declared> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Endpoint
    ? (input: Input<Declared[Name]>, options?: CallOptions) => Promise<Envelope & Output<Declared[Name]>>
    : never
}

export type Client = Calls<typeof official> & {
  /** Rollcall's own calls; the official host has none of them. */
  readonly ours: Calls<typeof ours>
  /** Everyone of a living who has not watched, page after page. */
  unwatched(livingid: string, options?: { signal?: AbortSignal }): AsyncGenerator<Unwatched>
}

export { RollcallError } from './error.ts'
export type { Unwatched } from './pages.ts'

export const officialHost = 'https://qyapi.weixin.qq.com'

export function createClient(options: ClientOptions): Client {
  const base = (options.base ?? officialHost).replace(/\/+$/, '')
  const send = options.fetch ?? fetch
  let token: Promise<string> | undefined

  const calls = <Declared extends Record<string, Endpoint>>(declared: Declared) =>
    Object.fromEntries(
      Object.entries(declared).map(([name, endpoint]) => [name, (input: object, each: CallOptions = {}) => call(endpoint, input, each)]),
    ) as unknown as Calls<Declared>

  async function call(endpoint: Endpoint, input: object, { signal = options.signal, suite_access_token }: CallOptions): Promise<Envelope> {
    if (endpoint.needs === 'nobody') return once(endpoint, input, {}, signal)
    if (endpoint.needs === 'suite') return once(endpoint, input, { suite_access_token }, signal)
    const used = current()
    try {
      return await once(endpoint, input, { access_token: await used }, signal)
    } catch (error) {
      if (!(error instanceof RollcallError) || !error.isTokenDead) throw error
      // whoever comes first forgets the dead token; the others find the new one
      if (token === used) token = undefined
      return once(endpoint, input, { access_token: await current() }, signal)
    }
  }

  function current(): Promise<string> {
    if (!token) {
      const asked = once(official.gettoken, { corpid: options.corpid, corpsecret: options.corpsecret }, {}).then(
        (answer) => (answer as Envelope & Static<typeof official.gettoken.output>).access_token,
      )
      token = asked
      asked.catch(() => {
        if (token === asked) token = undefined
      })
    }
    return token
  }

  async function once(
    endpoint: Endpoint,
    input: object,
    token: Readonly<Record<string, string | undefined>>,
    signal?: AbortSignal,
  ): Promise<Envelope> {
    const rest: Record<string, unknown> = { ...input }
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
      const value = String(rest[field])
      delete rest[field]
      return encodeURIComponent(value)
    })
    const query = new URLSearchParams()
    for (const [field, value] of Object.entries(token)) if (value !== undefined) query.set(field, value)
    if (endpoint.method === 'GET')
      for (const [field, value] of Object.entries(rest)) if (value !== undefined) query.set(field, String(value))
    const response = await send(`${base}${path}?${query}`, {
      method: endpoint.method,
      ...(endpoint.method === 'POST' && { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } }),
      ...(signal && { signal }),
    })
    const answer = (await response.json().catch(() => undefined)) as Envelope | undefined
    if (typeof answer !== 'object' || answer === null)
      throw new RollcallError(endpoint.path, -1, `HTTP ${response.status} without a JSON body`)
    if (answer.errcode) throw new RollcallError(endpoint.path, answer.errcode, answer.errmsg, answer)
    return answer
  }

  const client: Client = {
    ...calls(official),
    ours: calls(ours),
    unwatched: (livingid, each) => unwatched(client, livingid, each),
  }
  return client
}
