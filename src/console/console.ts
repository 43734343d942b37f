import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { LatestCalls } from '../access/latest.ts'
import { rollCache } from '../attendance/roll/roll_cache.ts'
import type { Serving } from '../serving.ts'
import { securityHeaders, sendAnswer } from './answers.ts'
import { serveAssets } from './assets.ts'
import { cookiesOf, cookieWriter } from './cookies.ts'
import { isSentByOurForm } from './csrf.ts'
import { deviceCookie } from './known_device.ts'
import { liveNumbers } from './live_numbers.ts'
import { type ConsoleServing, PageError } from './page_request.ts'
import { pagesWithoutSession, pagesWithSession } from './page_routes.ts'
import { failurePage } from './pages/failure.ts'
import type { SignInTools } from './pages/sign_in.ts'
import { type ReadRequest, requestReader } from './request_reader.ts'
import { signIns } from './sign_in.ts'

export type ConsoleOptions = Serving & {
  /** returns unix seconds */
  readonly clock: () => number
  /** IANA name; default Asia/Shanghai */
  readonly timeZone?: string
  readonly calls: LatestCalls
  /** reads and discards the rest of a body that is too large: a client that is still sending would not read the answer */
  readonly readAway: (request: IncomingMessage) => Promise<unknown>
  /** reads the client's address, and whether its connection is encrypted */
  readonly callers: {
    readonly addressOf: (request: IncomingMessage) => string
    readonly isOverTls: (request: IncomingMessage) => boolean
  }
}

/** The Fastify plugin that serves the teacher's pages, at `/`. */
export const consolePages: FastifyPluginAsync<ConsoleOptions> = async (
  server,
  { timeZone = 'Asia/Shanghai', readAway, callers, ...rest },
) => {
  const serving: ConsoleServing = { ...rest, timeZone, rolls: rollCache(), assets: serveAssets(server) }
  const setCookie = cookieWriter(callers.isOverTls)
  const read = requestReader(serving, setCookie)

  server.addHook('onRequest', (http, reply, done) => {
    // on the raw response, so that the event stream has it too
    if (callers.isOverTls(http.raw)) reply.raw.setHeader('strict-transport-security', 'max-age=31536000')
    done()
  })
  server.setErrorHandler(async (error: { code?: string }, http, reply) => {
    const isTooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    if (isTooLarge && !http.raw.complete) await readAway(http.raw)
    const { pageRequest } = await read(http, reply)
    const status = error instanceof PageError ? error.status : isTooLarge ? 413 : 500
    if (status === 500) http.log.error({ reqId: http.id, err: error, path: pageRequest.path }, 'a page failed')
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
  addPagesWithSession(server, read)

  const live = liveNumbers(serving)
  server.addHook('preClose', async () => live.closeAll())
  server.get('/livings/:livingid/events', async (http, reply) => {
    const { signedIn } = await read(http, reply)
    if (!signedIn) return reply.code(401).headers(securityHeaders).send('')
    await live.open(signedIn, http, reply)
    return reply
  })
}

type Read = (http: FastifyRequest, reply: FastifyReply) => Promise<ReadRequest>

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
        const request = await read(http, reply)
        const { pageRequest, csrfCookie } = request
        if (method === 'POST' && !isSentByOurForm(http, pageRequest, csrfCookie)) return sendAnswer(reply, failurePage(pageRequest, 400))
        return sendAnswer(reply, await show(pageRequest, toolsFor(http, reply, request)))
      },
    })
}

/** Without a session, these pages redirect to sign-in, and a GET comes back after it. */
function addPagesWithSession(server: FastifyInstance, read: Read): void {
  for (const { method, path, show } of pagesWithSession)
    server.route({
      method,
      url: path,
      handler: async (http, reply) => {
        const { pageRequest, signedIn, csrfCookie } = await read(http, reply)
        if (!signedIn) {
          const isWorthReturning = method === 'GET' && path !== '/'
          return sendAnswer(reply, { redirectTo: isWorthReturning ? `/sign-in?back=${encodeURIComponent(http.url)}` : '/sign-in' })
        }
        if (method === 'POST' && !isSentByOurForm(http, pageRequest, csrfCookie)) return sendAnswer(reply, failurePage(pageRequest, 400))
        return sendAnswer(reply, await show(signedIn))
      },
    })
}
