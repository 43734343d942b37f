import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { LatestCalls } from '../access/latest.ts'
import { rollCache } from '../attendance/roll/roll_cache.ts'
import { discardBody } from '../request/body.ts'
import { retryAfterSeconds } from '../request/refused_request.ts'
import type { Serving } from '../serving.ts'
import { securityHeaders, sendAnswer } from './answers.ts'
import { serveAssets } from './assets.ts'
import { type CookieWriter, cookieWriter } from './cookies.ts'
import { isSentByOurForm } from './csrf.ts'
import { emptyForm } from './form.ts'
import { liveNumbers } from './live_numbers.ts'
import { type ConsoleServing, PageError } from './page_request.ts'
import { pagesWithoutSession, pagesWithSession } from './page_routes.ts'
import { failurePage, isFailureStatus } from './pages/failure.ts'
import { headReader, pageRequestOf, type ReadRequest, type RequestHead, readRequest } from './request_reader.ts'
import { signInRateLimit } from './sign_in_rate_limit.ts'

export type ConsoleOptions = Serving & {
  /** returns unix seconds */
  readonly clock: () => number
  /** IANA name; default Asia/Shanghai */
  readonly timeZone?: string
  readonly tls?: object | undefined
  readonly calls: LatestCalls
  /** returns the client's address, for the rate limit of sign-in */
  readonly callerOf: (request: IncomingMessage) => string
}

/** The Fastify plugin that serves the teacher's pages, at `/`. */
export const consolePages: FastifyPluginAsync<ConsoleOptions> = async (server, { timeZone = 'Asia/Shanghai', tls, callerOf, ...rest }) => {
  const serving: ConsoleServing = { ...rest, timeZone, rolls: rollCache(), assets: serveAssets(server) }
  const setCookie = cookieWriter(tls !== undefined)
  const heads = new WeakMap<FastifyRequest, RequestHead>()
  const read = (http: FastifyRequest) => readRequest(serving, http, heads.get(http) as RequestHead)
  const readHead = headReader(serving, setCookie)
  server.addHook('onRequest', async (http, reply) => void heads.set(http, await readHead(http, reply)))

  server.setErrorHandler(async (error: { statusCode?: number }, http, reply) => {
    await discardBody(http.raw)
    const { statusCode = 503 } = error instanceof PageError ? { statusCode: error.status } : error
    const status = isFailureStatus(statusCode) ? statusCode : 503
    const pageRequest = pageRequestOf(serving, http, heads.get(http)?.csrfCookie ?? '', emptyForm())
    if (status === 503) {
      http.log.error({ reqId: http.id, err: error, path: pageRequest.path }, 'a page failed')
      reply.header('retry-after', retryAfterSeconds)
    }
    return sendAnswer(reply, failurePage(pageRequest, status))
  })

  addPagesWithoutSession(server, read, setCookie, callerOf)
  addPagesWithSession(server, heads, read)

  const live = liveNumbers(serving)
  server.addHook('preClose', async () => live.closeAll())
  server.get('/livings/:livingid/events', async (http, reply) => {
    const { signedIn } = await read(http)
    if (!signedIn) return reply.code(401).headers(securityHeaders).send('')
    await live.open(signedIn, http, reply)
    return reply
  })
}

type Read = (http: FastifyRequest) => Promise<ReadRequest>

function addPagesWithoutSession(
  server: FastifyInstance,
  read: Read,
  setCookie: CookieWriter,
  callerOf: (request: IncomingMessage) => string,
): void {
  const rateLimit = signInRateLimit()
  for (const { method, path, show } of pagesWithoutSession)
    server.route({
      method,
      url: path,
      handler: async (http, reply) => {
        const { pageRequest, signedIn, csrfCookie } = await read(http)
        if (method === 'POST' && !isSentByOurForm(http, pageRequest, csrfCookie)) return sendAnswer(reply, failurePage(pageRequest, 400))
        const address = callerOf(http.raw)
        const tools = {
          signedIn,
          setCookie: (name: string, value: string, days?: number) => void setCookie(http, reply, name, value, days),
          takeAttempt: (name: string) => rateLimit.take(address, name, performance.now() / 1000),
          giveBackAttempt: (name: string) => rateLimit.giveBack(address, name),
        }
        return sendAnswer(reply, await show(pageRequest, tools))
      },
    })
}

/** Without a session, these pages redirect to sign-in before the body is read, and a GET comes back after it. */
function addPagesWithSession(server: FastifyInstance, heads: WeakMap<FastifyRequest, RequestHead>, read: Read): void {
  for (const { method, path, show, bodyLimit } of pagesWithSession)
    server.route({
      method,
      url: path,
      ...(bodyLimit && { bodyLimit }),
      onRequest: async (http, reply) => {
        if (heads.get(http)?.account) return
        await discardBody(http.raw)
        const isWorthReturning = method === 'GET' && path !== '/'
        return sendAnswer(reply, { redirectTo: isWorthReturning ? `/sign-in?back=${encodeURIComponent(http.url)}` : '/sign-in' })
      },
      handler: async (http, reply) => {
        const { pageRequest, signedIn, csrfCookie } = await read(http)
        if (!signedIn) throw new PageError(403)
        if (method === 'POST' && !isSentByOurForm(http, pageRequest, csrfCookie)) return sendAnswer(reply, failurePage(pageRequest, 400))
        return sendAnswer(reply, await show(signedIn))
      },
    })
}
