import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { LatestCalls } from '../access/latest.ts'
import { readSuiteToken } from '../access/suite_token.ts'
import { tokenReader } from '../access/token.ts'
import { type BodyReader, discardBody } from '../request/body.ts'
import { routes } from '../routes.ts'
import type { Serving } from '../serving.ts'
import { WireError } from '../wire/errcode.ts'
import { table } from '../wire/table.ts'
import { answerCache } from './answer_cache.ts'
import type { Callers } from './caller.ts'
import { bodyChecks, bodyLimitOf, headChecks, type Incoming } from './checks.ts'
import { type Answer, failure, headersOf, success } from './envelope.ts'
import type { CallLogger } from './log.ts'
import { longBodyBytes, longCalls } from './long_calls.ts'
import { countCalls } from './metrics.ts'
import type { FoundCall } from './paths.ts'

export type Answering = Serving & {
  readonly logger: Logger
  /** logs each call; without it calls are not logged */
  readonly logCall?: CallLogger
  /** unix seconds */
  readonly clock: () => number
}

/**
 * Answers the calls of the contract on node:http itself: the order of the checks, the envelope and the bytes are the contract, and with a
 * framework in between a cached page took half as long again. Nothing here knows a call by its name.
 *
 * @param tools `latest`: where the latest calls of each app are noted; `bodies`: the reader of this process; `callers`: reads the caller's
 *   address, which errors name
 */
export function answering(options: Answering, { latest, bodies, callers }: { latest: LatestCalls; bodies: BodyReader; callers: Callers }) {
  const { db, demo, clock, logger, logCall } = options
  const readToken = tokenReader(db, demo)
  const count = countCalls()
  const readQuery = queryReader()
  const answer = answerCache(db, (name: FoundCall['name'], incoming) => routed(options, name, incoming))
  const long = longCalls(db.dialect)
  const suiteOf: Incoming['readSuiteToken'] = (token, at) => readSuiteToken(db, token, at)

  /** Checks the head and reads the body. Throws a WireError. Returns false where the client has closed the connection. */
  async function receive(incoming: Incoming, request: IncomingMessage): Promise<boolean> {
    for (const headCheck of headChecks) {
      const checking = headCheck(incoming)
      if (checking) await checking
    }
    const body = await bodies.read(request, bodyLimitOf(incoming.call))
    if (body === 'gone') return false
    incoming.startMs = performance.now()
    if (body === 'too busy') throw new WireError('busy', 'too many long bodies at once')
    incoming.body = body
    if (body && body.length > longBodyBytes) incoming.release = await long.acquire()
    else long.noteShortCall()
    return true
  }

  /** Notes a call that was answered: in the metrics, for its app, and in the log. */
  function note({ name, method, path, incoming, reqId }: Answered, { errcode, errmsg, body }: Answer): void {
    const { app, now } = incoming
    const ms = performance.now() - incoming.startMs
    count(name, errcode, ms)
    if (app) latest.note(app, { at: now, call: name, method, path, errcode, errmsg, ms }, incoming.input)
    logCall?.({ reqId, call: name, errcode, bytes: body.length, ms })
  }

  return async ({ name, params }: FoundCall, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = table[name]
    const { method = '', url = '' } = request
    const question = url.indexOf('?')
    const path = question < 0 ? url : url.slice(0, question)
    const query = question < 0 ? {} : readQuery(url.slice(question + 1))
    const now = clock()
    const incoming: Incoming = { call, method, query, params, now, startMs: performance.now(), readToken, readSuiteToken: suiteOf }
    const reqId = crypto.randomUUID()
    let sent: Answer
    try {
      if (!(await receive(incoming, request))) return
      sent = await answer(name, incoming, url)
    } catch (error) {
      if (!(error instanceof WireError)) logger.error({ reqId, err: error, call: name }, 'a call failed')
      sent = failure(call, error, callers.addressOf(request), now)
    }
    incoming.release?.()
    bodies.release(request)
    note({ name, method, path, incoming, reqId }, sent)
    if (!request.readableEnded) await discardBody(request)
    // the rest of a body that is still coming is not waited for
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(200, headersOf(sent))
    response.end(sent.body)
  }
}

/** Checks the body of a call, and has its route answer it. */
async function routed(options: Answering, name: FoundCall['name'], incoming: Incoming): Promise<Answer> {
  for (const bodyCheck of bodyChecks) bodyCheck(incoming)
  const { call, app, suite, input, now } = incoming
  // the checks have made app, suite and input what this call declares, which its route's type asks for
  const route = routes[name] as (call: object) => Promise<object | Buffer>
  return success(call, await route({ ...options, app, suite, input, now }))
}

type Answered = { name: FoundCall['name']; method: string; path: string; incoming: Incoming; reqId: string }

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
