import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { latestCalls } from '../access/latest.ts'
import { readSuiteToken } from '../access/suite_token.ts'
import { tokenReader } from '../access/token.ts'
import type { Serving } from '../call.ts'
import { consolePages } from '../console/console.ts'
import { hooks } from '../hooks/server.ts'
import { routes } from '../routes.ts'
import { WireError } from '../wire/errcode.ts'
import { table } from '../wire/table.ts'
import { bodyLimit, checks, type Incoming } from './checks.ts'
import { type Answer, failure, headerText, success } from './envelope.ts'
import { countCalls } from './metrics.ts'
import { operations } from './operations.ts'

export type ServerOptions = Serving & {
  readonly logger: Logger
  /** unix seconds */
  readonly clock: () => number
  readonly tls?: { readonly cert: string; readonly key: string }
  /** of the school, for the console's dates */
  readonly timeZone?: string
}

type Name = keyof typeof table

/** Every method is answered: a wrong one is the caller's mistake and has its errcode. */
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']

/** The table as routes: nothing here knows a call by name. */
export function makeServer(options: ServerOptions): FastifyInstance {
  const { db, demo, clock, logger, tls } = options
  const server = fastify({
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }), // one line a call is written below
    loggerInstance: logger as FastifyBaseLogger,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: 'idle',
    // no path is longer than Node lets a request's head be: an id too long is the call's to refuse
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    exposeHeadRoutes: false,
    frameworkErrors: (_error, request, reply) => void unreadable(request, reply),
    clientErrorHandler: refuseBytes,
    ...(tls && { https: { cert: readFileSync(tls.cert), key: readFileSync(tls.key) } }),
  })
  // SDKs send JSON under every label and under none: whatever it says, the body is taken as it is
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/json'
    done()
  })
  const readToken = tokenReader(db, demo)
  const counted = countCalls()
  const latest = latestCalls()

  for (const name of Object.keys(table) as Name[]) {
    const call = table[name]
    server.route({
      method: methods,
      url: call.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { name },
      handler: async (request, reply) => answer(name, request, reply, false),
    })
  }

  async function answer(name: Name, request: FastifyRequest, reply: FastifyReply, tooLarge: boolean) {
    const call = table[name]
    const began = performance.now()
    const now = clock()
    let sent: Answer
    let incoming: Incoming | undefined
    try {
      incoming = {
        call,
        method: request.method,
        query: (request.query ?? {}) as Record<string, unknown>,
        params: (request.params ?? {}) as Record<string, string>,
        body: request.body as Buffer | undefined,
        tooLarge,
        now,
        readToken,
        readSuiteToken: (token, at) => readSuiteToken(db, token, at),
      }
      for (const check of checks) {
        const checking = check(incoming)
        if (checking) await checking
      }
      // the checks have made input what the table says of this name
      const route = routes[name] as (call: object) => Promise<object | Buffer>
      sent = success(call, await route({ ...options, app: incoming.app, suite: incoming.suite, input: incoming.input, now }))
    } catch (error) {
      if (!(error instanceof WireError)) request.log.error({ err: error, call: name }, 'a call failed')
      sent = failure(call, error, request.ip, now)
    }
    const ms = performance.now() - began
    counted(name, sent.errcode, ms)
    if (incoming?.app) {
      const { errcode, errmsg } = sent
      latest.note(incoming.app, { at: now, call: name, method: request.method, path: request.url, errcode, errmsg, ms }, incoming.input)
    }
    request.log.info({ call: name, errcode: sent.errcode, bytes: sent.body.length, ms: Math.round(ms * 10) / 10 }, 'call')
    return send(reply, sent)
  }

  // what the framework refuses before a route has it: an oversized body of a known call, a URL that cannot be read
  server.setErrorHandler(async (error: { code?: string }, request, reply) => {
    const { name } = request.routeOptions.config as { name?: Name }
    const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    if (tooLarge) await readAway(request.raw)
    return name ? answer(name, request, reply, tooLarge) : unreadable(request, reply)
  })
  server.setNotFoundHandler((request, reply) => {
    reply.code(404)
    return send(
      reply,
      failure(undefined, new WireError('bad_request', `no such path: ${request.url.split('?')[0]?.slice(0, 100)}`), request.ip, clock()),
    )
  })
  function unreadable(request: FastifyRequest, reply: FastifyReply) {
    return send(reply, failure(undefined, new WireError('bad_request', 'the request cannot be read'), request.ip, clock()))
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
  server.register(operations, { db })
  server.register(hooks, options)
  server.register(consolePages, { ...options, calls: latest, readAway })
  return server
}

/** Reads what is left of a body, so that its sender lives to read the answer: most of them write all before they read. */
function readAway(request: IncomingMessage): Promise<void> {
  let most = 8 * bodyLimit
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 5000)
    request.on('data', (part: Buffer) => {
      most -= part.length
      if (most < 0) resolve()
    })
    for (const over of ['end', 'close', 'error']) request.once(over, () => resolve())
    if (request.readableEnded || request.destroyed) resolve()
    request.resume()
    request.once('close', () => clearTimeout(timer))
  })
}

function send(reply: FastifyReply, { errcode, errmsg, body }: Answer) {
  return reply
    .header('content-type', 'application/json; charset=UTF-8')
    .header('error-code', String(errcode))
    .header('error-msg', headerText(errmsg))
    .send(body)
}
