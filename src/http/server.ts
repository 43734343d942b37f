import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { BlockList, Socket } from 'node:net'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import { latestCalls } from '../access/latest.ts'
import { consolePages } from '../console/console.ts'
import { noteArrival } from '../event_loop.ts'
import { hooks } from '../hooks/server.ts'
import { type BodyReader, bodyReader, discardBody, shortBodyLimit } from '../request/body.ts'
import { RefusedRequest, retryAfterSeconds } from '../request/refused_request.ts'
import { WireError } from '../wire/errcode.ts'
import { type Callers, callersBehind } from './caller.ts'
import { type Answering, answering } from './calls.ts'
import { connectionDrain } from './drain.ts'
import { failure, headersOf } from './envelope.ts'
import { operations } from './operations.ts'
import { callAt, isOfficialPath } from './paths.ts'

export type ServerOptions = Answering & {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** milliseconds for which a server that stops goes on accepting connections, and asks clients to close theirs; default 0 */
  readonly drainMs?: number
  /** IANA name, for the dates of the console */
  readonly timeZone?: string
  /** proxies on other machines whose X-Forwarded-For and X-Forwarded-Proto are believed */
  readonly trustedProxies?: BlockList
}

/** Longer than clients and proxies keep idle connections, so that it is they who close them. */
const keepAliveMs = 72_000

/** Connections of one process. Each is held by some 20 kB, and may hold a short body besides. */
const mostConnections = 10_000

/** Makes an HTTP server, not listening yet: the calls of the contract on node:http itself; console, hooks and operations on Fastify. */
export function makeServer(options: ServerOptions): FastifyInstance {
  const { db, clock, logger, tls } = options
  const latest = latestCalls(db, (err) => logger.error({ err }, 'the latest calls could not be written'))
  const callers = callersBehind(options.trustedProxies)
  const refuse = refusals(clock, callers)
  const bodies = bodyReader()
  const drain = connectionDrain(options.drainMs ?? 0)
  const server = fastify({
    bodyLimit: shortBodyLimit,
    // a request that comes while the server stops is answered like any other
    return503OnClosing: false,
    forceCloseConnections: false,
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: (parent) => parent, // every log line names its request itself
    genReqId: () => crypto.randomUUID(),
    // Node's own limit for the head of a request
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    frameworkErrors: (_error, request, reply) => void refuse.request(request, reply, 400, unreadable),
    clientErrorHandler: refuse.connection,
    serverFactory: (fastifyListener) => {
      const listener = drain.closing(callsOr(fastifyListener, options, answering(options, { latest, bodies, callers }), callers))
      const made = tls ? createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, listener) : createServer(listener)
      made.keepAliveTimeout = keepAliveMs
      made.maxConnections = mostConnections
      return made
    },
  })
  readBodiesAsBytes(server, bodies)
  refuseNul(server)
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    await discardBody(request.raw)
    const { statusCode = 500 } = error
    if (statusCode < 500) return refuse.request(request, reply, statusCode, error instanceof RefusedRequest ? error.message : unreadable)
    if (!(error instanceof RefusedRequest))
      request.log.error({ reqId: request.id, err: error, path: pathOf(request.url) }, 'a request failed')
    return reply.code(503).header('retry-after', retryAfterSeconds).type('text/plain').send('try again later')
  })
  server.setNotFoundHandler((request, reply) => refuse.request(request, reply, 404, `no such path: ${pathOf(request.url).slice(0, 100)}`))
  server.addHook('preClose', () => drain.start(server.server))
  server.addHook('onClose', async () => {
    await drain.closed()
    await latest.stop()
  })
  server.register(operations, { db, isStopping: drain.isStopping })
  server.register(hooks, options)
  server.register(consolePages, { ...options, calls: latest, callers })
  return server
}

const unreadable = 'the request cannot be read'

const pathOf = (url: string) => url.split('?')[0] ?? ''

/** A request listener that answers the calls of the contract, and hands every other request to Fastify. */
function callsOr(
  fastifyListener: RequestListener,
  { logger, clock }: ServerOptions,
  answer: ReturnType<typeof answering>,
  callers: Callers,
) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { url = '/' } = request
    const question = url.indexOf('?')
    // a response gets its socket when those before it on the connection are sent
    noteArrival(response.socket === null)
    try {
      const found = callAt(question < 0 ? url : url.slice(0, question))
      if (!found) return fastifyListener(request, response)
      answer(found, request, response).catch((err) => {
        logger.error({ err }, 'an answer could not be sent')
        response.destroy()
      })
    } catch {
      const sent = failure(undefined, new WireError('bad_request', unreadable), callers.addressOf(request), clock())
      response.writeHead(200, headersOf(sent)).end(sent.body)
    }
  }
}

const statusByCode: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Answers, in the envelope of the calls, to what is no call. */
function refusals(clock: () => number, callers: Callers) {
  return {
    /** Under an official path the status is 200: most SDKs for WeCom do not read the errcode in the body of another one. */
    request: (request: FastifyRequest, reply: FastifyReply, status: number, why: string) => {
      const sent = failure(undefined, new WireError('bad_request', why), callers.addressOf(request.raw), clock())
      const isOfficial = isOfficialPath(pathOf(request.url))
      return reply
        .code(isOfficial ? 200 : status)
        .headers(headersOf(sent))
        .send(sent.body)
    },
    /** Bytes that are no HTTP, or a head that is too large, after which the connection is closed. */
    connection: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
      const status = statusByCode[error.code ?? ''] ?? '400 Bad Request'
      const { body } = failure(undefined, new WireError('bad_request', unreadable), socket.remoteAddress ?? '', clock())
      const head = `content-type: application/json; charset=UTF-8\r\ncontent-length: ${body.length}\r\nconnection: close`
      socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`)
    },
  }
}

/**
 * Bodies are taken as bytes whatever the content type says: hooks and heartbeats are sent with any or none. They are read after the hooks
 * `onRequest`, so that a request which is refused by its head never makes the server hold a body.
 */
function readBodiesAsBytes(server: FastifyInstance, bodies: BodyReader): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', (_request, _payload, done) => done(null))
  server.addHook('onRequest', async ({ raw }) => {
    raw.headers['content-type'] = 'application/json'
  })
  server.addHook('preValidation', async (request) => {
    const { bodyLimit = shortBodyLimit } = request.routeOptions
    const body = await bodies.read(request.raw, bodyLimit)
    if (body === 'too large') throw new RefusedRequest(413, `body: expected at most ${bodyLimit} bytes`)
    if (body === 'too busy') throw new RefusedRequest(503, 'too many long bodies at once')
    if (body === 'gone') throw new RefusedRequest(400, 'the client has closed the connection')
    request.body = body
  })
  // when the route has answered, also where its client is gone
  server.addHook('onSend', async ({ raw }) => bodies.release(raw))
}

/** PostgreSQL stores no NUL, and no path or query of this server can need one. */
function refuseNul(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new RefusedRequest(400, 'URL: expected no NUL')
  })
}
