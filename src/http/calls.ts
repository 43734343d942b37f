import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { LatestCalls } from '../access/latest.ts'
import { readSuiteToken } from '../access/suite_token.ts'
import { tokenReader } from '../access/token.ts'
import { routes } from '../routes.ts'
import type { Serving } from '../serving.ts'
import { WireError } from '../wire/errcode.ts'
import { table } from '../wire/table.ts'
import { readBody } from './body.ts'
import type { Callers } from './caller.ts'
import { checks, type Incoming } from './checks.ts'
import { type Answer, failure, headersOf, success } from './envelope.ts'
import { callLogger } from './log.ts'
import { longBodyBytes, longCalls } from './long_calls.ts'
import { countCalls } from './metrics.ts'
import type { FoundCall } from './paths.ts'

export type Answering = Serving & {
  readonly logger: Logger
  /** unix seconds */
  readonly clock: () => number
}

/**
 * Answers the calls of the contract on node:http itself: the order of the checks, the envelope and the bytes are the contract, and with a
 * framework in between a cached page took half as long again. Nothing here knows a call by its name.
 *
 * @param latest where the latest calls of each app are noted
 * @param callers reads the caller's address, which errors name
 */
export function answering(options: Answering, latest: LatestCalls, callers: Callers) {
  const { db, demo, clock, logger } = options
  const readToken = tokenReader(db, demo)
  const count = countCalls()
  const logCall = callLogger(logger)
  const readQuery = queryReader()
  const long = longCalls(db.dialect)

  async function answer({ name, params }: FoundCall, request: IncomingMessage, body: Buffer | undefined | 'too large', startMs: number) {
    const call = table[name]
    const now = clock()
    const { method = '', url = '' } = request
    const question = url.indexOf('?')
    const incoming: Incoming = {
      call,
      method,
      query: question < 0 ? {} : readQuery(url.slice(question + 1)),
      params,
      body: body === 'too large' ? undefined : body,
      isTooLarge: body === 'too large',
      now,
      readToken,
      readSuiteToken: (token, at) => readSuiteToken(db, token, at),
    }
    const reqId = crypto.randomUUID()
    let sent: Answer
    try {
      for (const check of checks) {
        const checking = check(incoming)
        if (checking) await checking
      }
      // the checks have made app, suite and input what this call declares, which its route's type asks for
      const route = routes[name] as (call: object) => Promise<object | Buffer>
      sent = success(call, await route({ ...options, app: incoming.app, suite: incoming.suite, input: incoming.input, now }))
    } catch (error) {
      if (!(error instanceof WireError)) logger.error({ reqId, err: error, call: name }, 'a call failed')
      sent = failure(call, error, callers.addressOf(request), now)
    }
    const { errcode, errmsg } = sent
    const ms = performance.now() - startMs
    count(name, errcode, ms)
    if (incoming.app)
      latest.note(
        incoming.app,
        { at: now, call: name, method, path: question < 0 ? url : url.slice(0, question), errcode, errmsg, ms },
        incoming.input,
      )
    logCall({ reqId, call: name, errcode, bytes: sent.body.length, ms })
    return sent
  }

  return async (found: FoundCall, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    if (body === 'gone') return
    const startMs = performance.now()
    const release = body && body.length > longBodyBytes ? await long.acquire() : long.noteShortCall()
    const sent = await answer(found, request, body, startMs)
    release?.()
    // the rest of a body that is still coming is not waited for
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(200, headersOf(sent))
    response.end(sent.body)
  }
}

/** Parses query strings through a cache: an app sends the same one, its token, with every call, and parsing takes 4 µs. */
function queryReader() {
  const cache = new LRUCache<string, Incoming['query']>({ max: 1000 })
  const mostLength = 1000
  return (text: string): Incoming['query'] => {
    const cached = cache.get(text)
    if (cached) return cached
    const query = parse(text)
    if (text.length < mostLength) cache.set(text, query)
    return query
  }
}
