import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { LatestCalls } from '../access/latest.ts'
import { rollCache } from '../attendance/roll/roll_cache.ts'
import { discardBody } from '../request/body.ts'
import type { Serving } from '../serving.ts'
import { securityHeaders, sendAnswer } from './answers.ts'
import { serveAssets } from './assets.ts'
import { cookiesOf, cookieWriter } from './cookies.ts'
import { isSentByOurForm } from './csrf.ts'
import { emptyForm } from './form.ts'
import { deviceCookie } from './known_device.ts'
import { liveNumbers } from './live_numbers.ts'
import { type ConsoleServing, PageError } from './page_request.ts'
import { pagesWithoutSession, pagesWithSession } from './page_routes.ts'
import { failurePage, isFailureStatus } from './pages/failure.ts'
import type { SignInTools } from './pages/sign_in.ts'
import { headReader, pageRequestOf, type ReadRequest, type RequestHead, readRequest } from './request_reader.ts'
import { signIns } from './sign_in.ts'

export type ConsoleOptions = Serving & {
  /** returns unix seconds */
  readonly clock: () => number
  /** IANA name; default Asia/Shanghai */
  readonly timeZone?: string
  readonly calls: LatestCalls
  /** reads the client's address, and whether its connection is encrypted */
  readonly callers: {
    readonly addressOf: (request: IncomingMessage) => string
    readonly isOverTls: (request: IncomingMessage) => boolean
  }
}

/** The Fastify plugin that serves the teacher's pages, at `/`. */
export const consolePages: FastifyPluginAsync<ConsoleOptions> = async (server, { timeZone = 'Asia/Shanghai', callers, ...rest }) => {
  const serving: ConsoleServing = { ...rest, timeZone, rolls: rollCache(), assets: serveAssets(server) }
  const setCookie = cookieWriter(callers.isOverTls)
  const heads = new WeakMap<FastifyRequest, RequestHead>()
  const read = (http: FastifyRequest) => readRequest(serving, http, heads.get(http) as RequestHead)
  const readHead = headReader(serving, setCookie)
  server.addHook('onRequest', async (http, reply) => {
    // on the raw response, so that the event stream has it too
    if (callers.isOverTls(http.raw)) reply.raw.setHeader('strict-transport-security', 'max-age=31536000')
    // the style sheet of a page that says that the database is away needs no session
    if (!http.url.startsWith('/assets/')) heads.set(http, await readHead(http, reply))
  })

  server.setErrorHandler(async (error: { statusCode?: number }, http, reply) => {
    await discardBody(http.raw)
    const { statusCode = 503 } = error instanceof PageError ? { statusCode: error.status } : error
    const status = isFailureStatus(statusCode) ? statusCode : 503
    const pageRequest = pageRequestOf(serving, http, heads.get(http)?.csrfCookie ?? '', emptyForm())
    if (status === 503) http.log.error({ reqId: http.id, err: error, path: pageRequest.path }, 'a page failed')
    return sendAnswer(reply, failurePage(pageRequest, status))
  })

  const signIn = signIns(serving.db, serving.demo)
  addPagesWithoutSession(server, read, (http, reply, { pageRequest, signedIn }) => {
    const address = callers.addressOf(http.raw)
    const deviceKey = cookiesOf(http.headers.cookie).get(deviceCookie)
    return {
      signedIn,
      deviceKey,
      setCookie: (name, value, days) => void setCookie(http, reply, name, value, days),
      trySignIn: (typedName, password) => signIn({ typedName, password, address, deviceKey, now: pageRequest.now }),
    }
  })
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
  toolsFor: (http: FastifyRequest, reply: FastifyReply, request: ReadRequest) => SignInTools,
): void {
  for (const { method, path, show } of pagesWithoutSession)
    server.route({
      method,
      url: path,
      handler: async (http, reply) => {
        const request = await read(http)
        const { pageRequest, csrfCookie } = request
        if (method === 'POST' && !isSentByOurForm(http, pageRequest, csrfCookie)) return sendAnswer(reply, failurePage(pageRequest, 400))
        return sendAnswer(reply, await show(pageRequest, toolsFor(http, reply, request)))
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
