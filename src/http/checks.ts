import { checkGrants } from '../access/grants.ts'
import type { Suite } from '../access/suite_token.ts'
import type { App } from '../access/token.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import { bodyLimit } from './body.ts'
import { readInput } from './read.ts'

/** A request on its way through the checks, which fill in what they find. */
export type Incoming = {
  readonly call: Endpoint
  readonly method: string
  readonly query: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  readonly tooLarge: boolean
  readonly now: number
  readonly readToken: (token: string | undefined, now: number) => App | Promise<App>
  readonly readSuiteToken: (token: string | undefined, now: number) => Promise<Suite>
  app?: App
  suite?: Suite
  given?: Record<string, unknown>
  /** whether what was given needs more than its schema */
  suspicious?: boolean
  input?: object
}

/** The order in which a request is checked; the living and the cursor follow, in the route. */
export const checks: readonly ((request: Incoming) => void | Promise<void>)[] = [method, size, token, json, fields, grant]

function method({ call, method }: Incoming) {
  if (method !== call.method) throw new WireError('bad_request', `method: expected ${call.method}, got ${method}`)
}

function size({ tooLarge }: Incoming) {
  if (tooLarge) throw new WireError('bad_request', `body: expected at most ${bodyLimit} bytes`)
}

function token(request: Incoming): void | Promise<void> {
  const { needs } = request.call
  if (needs === 'nobody') return
  const found = request.query[needs === 'suite' ? 'suite_access_token' : 'access_token']
  // given twice, the last stands
  const last = Array.isArray(found) ? found.at(-1) : found
  const given = typeof last === 'string' ? last : undefined
  if (needs === 'suite')
    return request.readSuiteToken(given, request.now).then((suite) => {
      request.suite = suite
    })
  const app = request.readToken(given, request.now)
  if (!(app instanceof Promise)) request.app = app
  else
    return app.then((found) => {
      request.app = found
    })
}

function json(request: Incoming) {
  const { call, query, params, body } = request
  if (call.method === 'GET') {
    request.given = { ...single(query), ...params }
    return
  }
  let parsed: unknown
  try {
    const text = body?.length ? body.toString('utf8') : '{}'
    // escapes can spell NUL and half characters, which a schema lets pass; a body without any needs no second look
    request.suspicious = text.includes('\\u') || text.includes('\0')
    parsed = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    throw new WireError('bad_request', 'body: expected JSON. invalid json')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new WireError('bad_request', 'body: expected a JSON object. invalid json')
  request.given = Object.keys(params).length ? { ...parsed, ...params } : (parsed as Record<string, unknown>)
}

/** Of a name given twice in a query, the last. */
const single = (query: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))

function fields(request: Incoming) {
  const { call, given = {}, suspicious = true, params } = request
  request.input = readInput(call, given, suspicious || Object.values(params).some((value) => value.includes('\0')))
}

function grant({ call, app }: Incoming) {
  if (app) checkGrants(app, call.needs)
}
