import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import type { Logger } from 'pino'
import type { LatestCalls } from '../access/latest.ts'
import { readSuiteToken } from '../access/suite_token.ts'
import { tokenReader } from '../access/token.ts'
import { routes } from '../routes.ts'
import type { Serving } from '../serving.ts'
import { WireError } from '../wire/errcode.ts'
import { table } from '../wire/table.ts'
import { readBody } from './body.ts'
import { callerOf } from './caller.ts'
import { checks, type Incoming } from './checks.ts'
import { type Answer, failure, headersOf, success } from './envelope.ts'
import { callLine } from './log.ts'
import { longBody, longCalls } from './long_calls.ts'
import { countCalls } from './metrics.ts'
import type { Found } from './paths.ts'

export type Answering = Serving & {
  readonly logger: Logger
  /** unix seconds */
  readonly clock: () => number
}

/** What came of a body. */
type Taken = Buffer | undefined | 'too large'

/**
 * The calls of the table, answered on node:http itself: the order of checks, the envelope and the bytes are the contract, and a
 * framework between them took a third of what a kept page costs. Nothing here knows a call by name.
 */
export function answering(options: Answering, latest: LatestCalls) {
  const { db, demo, clock, logger } = options
  const readToken = tokenReader(db, demo)
  const counted = countCalls()
  const said = callLine(logger)
  const read = keptQueries()
  const long = longCalls(db.dialect)

  async function answer({ name, params }: Found, request: IncomingMessage, body: Taken, began: number): Promise<Answer> {
    const call = table[name]
    const now = clock()
    const { method = '', url = '' } = request
    const question = url.indexOf('?')
    const incoming: Incoming = {
      call,
      method,
      query: question < 0 ? {} : read(url.slice(question + 1)),
      params,
      body: body === 'too large' ? undefined : body,
      tooLarge: body === 'too large',
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
      // the checks have made input what the table says of this name
      const route = routes[name] as (call: object) => Promise<object | Buffer>
      sent = success(call, await route({ ...options, app: incoming.app, suite: incoming.suite, input: incoming.input, now }))
    } catch (error) {
      if (!(error instanceof WireError)) logger.error({ reqId, err: error, call: name }, 'a call failed')
      sent = failure(call, error, callerOf(request), now)
    }
    const { errcode, errmsg } = sent
    const ms = performance.now() - began
    counted(name, errcode, ms)
    if (incoming.app)
      latest.note(
        incoming.app,
        { at: now, call: name, method, path: question < 0 ? url : url.slice(0, question), errcode, errmsg, ms },
        incoming.input,
      )
    said({ reqId, call: name, errcode, bytes: sent.body.length, ms })
    return sent
  }

  return async (found: Found, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    if (body === 'gone') return
    const began = performance.now()
    const giveBack = body && body.length > longBody ? await long.place() : long.shortCame()
    const sent = await answer(found, request, body, began)
    giveBack?.()
    // what is left of a body that is still coming is not waited for
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(200, headersOf(sent))
    response.end(sent.body)
  }
}

/** An app sends the same query, its token, with every call: reading it takes 4 µs. */
function keptQueries() {
  const queries = new Map<string, Incoming['query']>()
  return (text: string): Incoming['query'] => {
    const kept = queries.get(text)
    if (kept) return kept
    const query = parse(text)
    if (queries.size >= 1000) queries.clear()
    if (text.length < 1000) queries.set(text, query)
    return query
  }
}
