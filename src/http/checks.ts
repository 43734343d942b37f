import { checkGrants } from '../access/grants.ts'
import type { Suite } from '../access/suite_token.ts'
import type { App } from '../access/token.ts'
import { type Body, bodyLimit, shortBodyLimit } from '../request/body.ts'
import { isHarmlessJson } from '../request/json_shape.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import { readInput } from './read.ts'

/** A request on its way through the checks, which fill in `app` or `suite`, and `input`. */
export type Incoming = {
  readonly call: Endpoint
  readonly method: string
  readonly query: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, string>>
  /** unix seconds */
  readonly now: number
  readonly readToken: (token: string | undefined, now: number) => App | Promise<App>
  readonly readSuiteToken: (token: string | undefined, now: number) => Promise<Suite>
  /** read between the two lists of checks */
  body?: Body
  /** `performance.now()` when the body had come, or before it where the head was refused */
  startMs: number
  /** frees the slot of a long call */
  release?: () => void
  app?: App
  suite?: Suite
  given?: Record<string, unknown>
  /** whether the body holds escapes that can spell NUL or half a character, which a schema does not see */
  hasEscapes?: boolean
  input?: object
}

type Check = (request: Incoming) => void | Promise<void>

/** What is checked in the head of a request, before its body is read: whoever may not call cannot make the server hold a body. */
export const headChecks: readonly Check[] = [method, token, grant]
/** What is checked in its body. The living and the cursor follow, in the route. The order is the contract's; each throws a WireError. */
export const bodyChecks: readonly Check[] = [size, json, fields]

/** Bytes of the body that a call may have: without a token it is a few ids and secrets. */
export const bodyLimitOf = ({ needs }: Endpoint): number => (needs === 'nobody' ? shortBodyLimit : bodyLimit)

function method({ call, method }: Incoming) {
  if (method !== call.method) throw new WireError('bad_request', `method: expected ${call.method}, got ${method}`)
}

function size({ body, call }: Incoming) {
  if (body === 'too large') throw new WireError('bad_request', `body: expected at most ${bodyLimitOf(call)} bytes`)
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
  const { call, query, params } = request
  const body = request.body as Buffer | undefined
  if (call.method === 'GET') {
    const { access_token: _, ...rest } = query
    request.given = { ...lastOfEach(rest), ...params }
    return
  }
  if (body && !isHarmlessJson(body))
    throw new WireError('bad_request', 'body: expected JSON at most 32 levels deep, with at most 400,000 commas and colons')
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
