import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { BlockList, Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import { latestCalls } from '../access/latest.ts'
import { consolePages } from '../console/console.ts'
import { hooks } from '../hooks/server.ts'
import { WireError } from '../wire/errcode.ts'
import { bodyLimit, readBody } from './body.ts'
import { type Callers, callersBehind } from './caller.ts'
import { type Answering, answering } from './calls.ts'
import { failure, headersOf } from './envelope.ts'
import { operations } from './operations.ts'
import { callAt, isOfficialPath } from './paths.ts'

export type ServerOptions = Answering & {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** IANA name, for the dates of the console */
  readonly timeZone?: string
  /** proxies on other machines whose X-Forwarded-For and X-Forwarded-Proto are believed */
  readonly trustedProxies?: BlockList
}

/** Longer than clients and proxies keep idle connections, so that it is they who close them. */
const keepAliveMs = 72_000

/** Makes an HTTP server, not listening yet: the calls of the contract on node:http itself; console, hooks and operations on Fastify. */
export function makeServer(options: ServerOptions): FastifyInstance {
  const { db, clock, logger, tls } = options
  const latest = latestCalls(db, (err) => logger.error({ err }, 'the latest calls could not be written'))
  const callers = callersBehind(options.trustedProxies)
  const refuse = refusals(clock, callers)
  const server = fastify({
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: (parent) => parent, // every log line names its request itself
    genReqId: () => crypto.randomUUID(),
    // Node's own limit for the head of a request
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    frameworkErrors: (_error, request, reply) => void refuse.request(request, reply, unreadable),
    clientErrorHandler: refuse.connection,
    serverFactory: (fastifyListener) => {
      const listener = callsOr(fastifyListener, options, answering(options, latest, callers), callers)
      const made = tls ? createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, listener) : createServer(listener)
      made.keepAliveTimeout = keepAliveMs
      return made
    },
  })
  readBodiesAsBytes(server)
  server.setErrorHandler(async (_error, request, reply) => {
    // most clients send everything before they read the answer
    if (!request.raw.complete) await readBody(request.raw)
    return refuse.request(request, reply, unreadable)
  })
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    // most SDKs for WeCom do not read the errcode in the body of a 404
    reply.code(isOfficialPath(path) ? 200 : 404)
    return refuse.request(request, reply, `no such path: ${path.slice(0, 100)}`)
  })
  closeConnectionsOnStop(server)
  server.addHook('onClose', () => latest.stop())
  server.register(operations, { db })
  server.register(hooks, options)
  server.register(consolePages, { ...options, calls: latest, readAway: readBody, callers })
  return server
}

const unreadable = 'the request cannot be read'

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

/** Answers, in the envelope of the calls, to what is no call. */
function refusals(clock: () => number, callers: Callers) {
  return {
    request: (request: FastifyRequest, reply: FastifyReply, why: string) => {
      const sent = failure(undefined, new WireError('bad_request', why), callers.addressOf(request.raw), clock())
      return reply.headers(headersOf(sent)).send(sent.body)
    },
    /** Bytes that are no HTTP, or a head that is too large, after which the connection is closed. */
    connection: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
      const { body } = failure(undefined, new WireError('bad_request', unreadable), socket.remoteAddress ?? '', clock())
      const head = `content-type: application/json; charset=UTF-8\r\ncontent-length: ${body.length}\r\nconnection: close`
      socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`)
    },
  }
}

/** Hooks and heartbeats are sent with any content type or none: bodies are taken as bytes whatever the header says. */
function readBodiesAsBytes(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/json'
    done()
  })
}

/**
 * `close` waits for connections that clients keep alive, so each is closed when it becomes idle. Node counts a connection on which nothing
 * has been sent as busy, so after five seconds all that are left are closed.
 */
function closeConnectionsOnStop(server: FastifyInstance): void {
  server.addHook('preClose', async () => {
    const idle = setInterval(() => server.server.closeIdleConnections(), 50)
    const closeAll = setTimeout(() => server.server.closeAllConnections(), 5000)
    server.server.once('close', () => {
      clearInterval(idle)
      clearTimeout(closeAll)
    })
  })
}
