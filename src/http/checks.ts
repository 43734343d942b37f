import { checkGrants } from '../access/grants.ts'
import type { Suite } from '../access/suite_token.ts'
import type { App } from '../access/token.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import { bodyLimit } from './body.ts'
import { readInput } from './read.ts'

/** A request on its way through the checks, which fill in `app` or `suite`, and `input`. */
export type Incoming = {
  readonly call: Endpoint
  readonly method: string
  readonly query: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  readonly isTooLarge: boolean
  /** unix seconds */
  readonly now: number
  readonly readToken: (token: string | undefined, now: number) => App | Promise<App>
  readonly readSuiteToken: (token: string | undefined, now: number) => Promise<Suite>
  app?: App
  suite?: Suite
  given?: Record<string, unknown>
  /** whether the body holds escapes that can spell NUL or half a character, which a schema does not see */
  hasEscapes?: boolean
  input?: object
}

/** The order in which a request is checked. The living and the cursor follow, in the route. Each throws a WireError. */
export const checks: readonly ((request: Incoming) => void | Promise<void>)[] = [method, size, token, json, fields, grant]

function method({ call, method }: Incoming) {
  if (method !== call.method) throw new WireError('bad_request', `method: expected ${call.method}, got ${method}`)
}

function size({ isTooLarge }: Incoming) {
  if (isTooLarge) throw new WireError('bad_request', `body: expected at most ${bodyLimit} bytes`)
}

function token(request: Incoming): void | Promise<void> {
  const { needs } = request.call
  if (needs === 'nobody') return
  const value = request.query[needs === 'suite' ? 'suite_access_token' : 'access_token']
  const last = Array.isArray(value) ? value.at(-1) : value
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
    const { access_token: _, ...rest } = query
    request.given = { ...lastOfEach(rest), ...params }
    return
  }
  let parsed: unknown
  try {
    const text = body?.length ? body.toString('utf8') : '{}'
    request.hasEscapes = text.includes('\\u') || text.includes('\0')
    // some clients begin a body with a byte order mark
    parsed = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    throw new WireError('bad_request', 'body: expected JSON. invalid json')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new WireError('bad_request', 'body: expected a JSON object. invalid json')
  request.given = Object.keys(params).length ? { ...parsed, ...params } : (parsed as Record<string, unknown>)
}

/** Of a field that is given several times in a query, the last value. */
const lastOfEach = (query: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))

function fields(request: Incoming) {
  const { call, given = {}, hasEscapes = true, params } = request
  request.input = readInput(call, given, hasEscapes || Object.values(params).some((value) => value.includes('\0')))
}

function grant({ call, app }: Incoming) {
  if (app) checkGrants(app, call.needs)
}
