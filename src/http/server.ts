import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import { latestCalls } from '../access/latest.ts'
import { consolePages } from '../console/console.ts'
import { hooks } from '../hooks/server.ts'
import { WireError } from '../wire/errcode.ts'
import { bodyLimit, readBody } from './body.ts'
import { callerOf } from './caller.ts'
import { type Answering, answering } from './calls.ts'
import { failure, headersOf } from './envelope.ts'
import { operations } from './operations.ts'
import { callAt } from './paths.ts'

export type ServerOptions = Answering & {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** of the school, for the console's dates */
  readonly timeZone?: string
}

/** One server: the calls of the table, and by Fastify all else, which is pages, hooks and what an operator asks. */
export function makeServer(options: ServerOptions): FastifyInstance {
  const { db, clock, logger, tls } = options
  const latest = latestCalls(db, (err) => logger.error({ err }, 'the latest calls were not handed over'))
  const answer = answering(options, latest)
  const server = fastify({
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: (parent) => parent, // what is logged names its request itself
    genReqId: () => crypto.randomUUID(),
    // no path is longer than Node lets a request's head be
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    frameworkErrors: (_error, request, reply) => void unreadable(request, reply),
    clientErrorHandler: refuseBytes,
    serverFactory: (others) => {
      const listener = callsOr(others)
      const made = tls ? createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, listener) : createServer(listener)
      // longer than clients and proxies keep an idle connection, so that they are the ones to close it
      made.keepAliveTimeout = 72_000
      return made
    },
  })
  function callsOr(others: RequestListener) {
    return (request: IncomingMessage, response: ServerResponse) => {
      const { url = '/' } = request
      const question = url.indexOf('?')
      try {
        const found = callAt(question < 0 ? url : url.slice(0, question))
        if (!found) return others(request, response)
        answer(found, request, response).catch((err) => {
          logger.error({ err }, 'an answer could not be sent')
          response.destroy()
        })
      } catch {
        const sent = failure(undefined, new WireError('bad_request', 'the request cannot be read'), callerOf(request), clock())
        response.writeHead(200, headersOf(sent)).end(sent.body)
      }
    }
  }
  // hooks and heartbeats come under every label and under none: whatever it says, the body is taken as it is
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/json'
    done()
  })
  server.setErrorHandler(async (_error, request, reply) => {
    // most senders write all before they read
    if (!request.raw.complete) await readBody(request.raw)
    return unreadable(request, reply)
  })
  server.setNotFoundHandler((request, reply) => {
    reply.code(404)
    return refused(request, reply, `no such path: ${request.url.split('?')[0]?.slice(0, 100)}`)
  })
  const unreadable = (request: FastifyRequest, reply: FastifyReply) => refused(request, reply, 'the request cannot be read')
  function refused(request: FastifyRequest, reply: FastifyReply, why: string) {
    const sent = failure(undefined, new WireError('bad_request', why), callerOf(request.raw), clock())
    return reply.headers(headersOf(sent)).send(sent.body)
  }
  /** Bytes that are no HTTP, or a head too large: the same envelope, and the connection ends. */
  function refuseBytes(error: Error & { code?: string }, socket: Socket) {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    const { body } = failure(undefined, new WireError('bad_request', 'the request cannot be read'), socket.remoteAddress ?? '', clock())
    const head = `content-type: application/json; charset=UTF-8\r\ncontent-length: ${body.length}\r\nconnection: close`
    socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`)
  }
  // clients keep their connections open, and a close alone waits for them: each is closed as it falls idle. One that has
  // sent nothing counts as busy to Node, so after five seconds whatever is left is cut.
  server.addHook('preClose', async () => {
    const idle = setInterval(() => server.server.closeIdleConnections(), 50)
    const cut = setTimeout(() => server.server.closeAllConnections(), 5000)
    server.server.once('close', () => {
      clearInterval(idle)
      clearTimeout(cut)
    })
  })
  server.addHook('onClose', () => latest.stop())
  server.register(operations, { db })
  server.register(hooks, options)
  server.register(consolePages, { ...options, calls: latest, readAway: readBody, callerOf })
  return server
}
