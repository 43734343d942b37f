import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { LatestCalls } from '../access/latest.ts'
import { rollCache } from '../attendance/roll/roll_cache.ts'
import type { Serving } from '../serving.ts'
import { readForm } from './form.ts'
import { liveLessons } from './live.ts'
import { failurePage } from './pages/failure.ts'
import { guestPages, pages } from './pages.ts'
import { formToken, isFormToken, readSession, signInTries } from './session.ts'
import { sightOf } from './sight.ts'
import { languageOf, sayIn } from './texts.ts'
import { timesIn } from './time.ts'
import { type Answer, type Guest, NotShown, type Room, type Visit } from './visit.ts'

export type ConsoleOptions = Serving & {
  readonly clock: () => number
  readonly timeZone?: string
  readonly tls?: object | undefined
  readonly calls: LatestCalls
  /** reads what is left of a body that is too large, so that its sender reads the answer */
  readonly readAway: (request: IncomingMessage) => Promise<unknown>
  /** the address of who asks */
  readonly callerOf: (request: IncomingMessage) => string
}

/** Nothing from elsewhere, and nothing written into a page: what a name on the roster smuggles in cannot run. */
const guards = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Cookies live 30 days at most; what they open ends sooner (see session.ts). */
const cookieDays = 30

/** The teacher's pages, at `/`. */
export const consolePages: FastifyPluginAsync<ConsoleOptions> = async (
  server,
  { timeZone = 'Asia/Shanghai', tls, readAway, callerOf, ...serving },
) => {
  const assets = new Map(assetFiles.map(({ name, type }) => [name, asset(name, type)]))
  const urlOf = (name: string) => assets.get(name)?.url as string
  const room: Room = { ...serving, timeZone, rolls: rollCache(), assets: { css: urlOf('console.css'), js: urlOf('console.js') } }
  const tries = signInTries()
  const live = liveLessons(room)
  server.addHook('preClose', async () => live.stop())

  for (const { url, path, type, body } of assets.values()) {
    const isHashed = path !== url
    for (const at of new Set([url, path]))
      server.get(at, async (_request, reply) =>
        reply
          .header('content-type', type)
          .header('x-content-type-options', 'nosniff')
          .header('cache-control', isHashed && at === url ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
          .send(body),
      )
  }

  const isSecure = (request: FastifyRequest) => tls !== undefined || request.headers['x-forwarded-proto'] === 'https'
  const setCookie = (request: FastifyRequest, reply: FastifyReply, name: string, value: string, days = cookieDays) =>
    reply.header(
      'set-cookie',
      `${name}=${value}; Path=/; Max-Age=${days * 86_400}; HttpOnly; SameSite=Lax${isSecure(request) ? '; Secure' : ''}`,
    )

  /** What a page needs; a browser that comes for the first time gets a key for its forms. */
  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ guest: Guest; visit: Visit | undefined; cookie: string }> {
    const cookies = cookiesOf(request.headers.cookie)
    const now = room.clock()
    const account = await readSession(room.db, cookies.get('rollcall_session'), now, room.demo)
    let cookie = account ? (cookies.get('rollcall_session') as string) : (cookies.get('rollcall_guest') ?? '')
    if (!account && !/^[\w-]{43}$/.test(cookie)) {
      cookie = randomBytes(32).toString('base64url')
      setCookie(request, reply, 'rollcall_guest', cookie, 1)
    }
    const lang = languageOf(cookies.get('rollcall_language'), request.headers['accept-language'])
    const url = new URL(request.url, 'http://rollcall')
    const { form, files } = await readForm(Buffer.isBuffer(request.body) ? request.body : undefined)
    const guest: Guest = {
      room,
      lang,
      say: sayIn(lang),
      times: timesIn(room.timeZone, lang),
      now,
      path: url.pathname,
      query: url.searchParams,
      params: (request.params ?? {}) as Record<string, string>,
      form,
      files,
      token: formToken(cookie),
    }
    return { guest, cookie, visit: account && { ...guest, account, sight: await sightOf(room.db, account) } }
  }

  function send(reply: FastifyReply, answer: Answer) {
    reply.headers(guards)
    if ('page' in answer)
      return reply
        .code(answer.status ?? 200)
        .type('text/html; charset=utf-8')
        .send(answer.page.text)
    if ('to' in answer) return reply.redirect(answer.to, 303)
    if ('json' in answer) return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.json))
    const named = (name: string) => `attachment; filename="rollcall"; filename*=UTF-8''${encodeURIComponent(name)}`
    if ('file' in answer) return reply.type(answer.type).header('content-disposition', named(answer.name)).send(answer.file)
    return reply.type('text/plain; charset=utf-8').send(answer.text)
  }

  server.setErrorHandler(async (error: { code?: string }, request, reply) => {
    const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    if (tooLarge && !request.raw.complete) await readAway(request.raw)
    const { guest } = await receive(request, reply)
    const status = error instanceof NotShown ? error.status : tooLarge ? 413 : 500
    if (status === 500) request.log.error({ reqId: request.id, err: error, path: guest.path }, 'a page failed')
    return send(reply, failurePage(guest, status))
  })

  /** A form not of ours changes nothing. */
  const isOurs = (request: FastifyRequest, guest: Guest, cookie: string) =>
    isFormToken(cookie, guest.form.get('token') ?? guest.query.get('token')) &&
    (request.headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin'

  for (const { method, path, show } of guestPages)
    server.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const { guest, visit, cookie } = await receive(request, reply)
        if (method === 'POST' && !isOurs(request, guest, cookie)) return send(reply, failurePage(guest, 400))
        const keep = (name: string, value: string, days?: number) => void setCookie(request, reply, name, value, days)
        const caller = callerOf(request.raw)
        const pay = {
          mayTry: (name: string) => tries.take(caller, name, performance.now() / 1000),
          wasRight: (name: string) => tries.giveBack(caller, name),
        }
        return send(reply, await show(guest, { visit, keep, ...pay }))
      },
    })

  for (const { method, path, show } of pages)
    server.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const { guest, visit, cookie } = await receive(request, reply)
        if (!visit)
          return send(reply, { to: method === 'GET' && path !== '/' ? `/sign-in?back=${encodeURIComponent(request.url)}` : '/sign-in' })
        if (method === 'POST' && !isOurs(request, guest, cookie)) return send(reply, failurePage(guest, 400))
        return send(reply, await show(visit))
      },
    })

  server.get('/livings/:livingid/events', async (request, reply) => {
    const { visit } = await receive(request, reply)
    if (!visit) return reply.code(401).headers(guards).send('')
    await live.follow(visit, request, reply)
    return reply
  })
}

type Asset = { name: string; type: string; path: string; url: string; body: Buffer }

const assetFiles = [
  { name: 'console.css', type: 'text/css; charset=utf-8' },
  { name: 'console.js', type: 'text/javascript; charset=utf-8' },
  { name: 'mark.svg', type: 'image/svg+xml' },
]

/** A file that changes gets another name, so that browsers may keep it for ever. */
function asset(name: string, type: string): Asset {
  const body = readFileSync(new URL(`../../assets/${name}`, import.meta.url))
  const path = `/assets/${name}`
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 10)
  return { name, type, path, body, url: name === 'mark.svg' ? path : path.replace('.', `.${hash}.`) }
}

function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.flatMap(([name, value]) => (name && value !== undefined ? [[name, value] as const] : [])))
}
