import type { FastifyInstance, FastifyRequest } from 'fastify'
import { livingOf } from '../living/living.ts'
import { acceptedLanguage } from '../request/language.ts'
import { WireError } from '../wire/errcode.ts'
import { heartbeats } from './heartbeat.ts'
import type { Linked } from './link_token.ts'
import { assets, contentPolicy, deadLinkPage } from './page.ts'
import type { HookContext } from './sessions.ts'
import { watchPage } from './watch_page.ts'

export type HookServer = HookContext & {
  /** returns unix seconds */
  readonly clock: () => number
  /** IANA name, for the times on the viewer's page; default Asia/Shanghai */
  readonly timeZone?: string
}

/** Bytes of a heartbeat. */
const heartbeatLimit = 4096

/** What viewers' browsers ask for: /v1/heartbeat, the page /watch/{link}, and the page's files. */
export function watchRoutes(server: FastifyInstance, context: HookServer): void {
  heartbeatRoute(server, context)
  pageRoute(server, context)
  for (const [path, { type, text, etag }] of Object.entries(assets))
    server.get(path, async (request, reply) => {
      reply.type(type).header('etag', etag).header('cache-control', 'public, max-age=3600').header('access-control-allow-origin', '*')
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(text)
    })
}

function heartbeatRoute(server: FastifyInstance, context: HookServer): void {
  const takeHeartbeat = heartbeats(context, context.clock)
  server.post('/v1/heartbeat', { bodyLimit: heartbeatLimit }, async (request, reply) => {
    reply.header('access-control-allow-origin', '*')
    try {
      const { status, living } = await takeHeartbeat((request.body as Buffer | null) ?? Buffer.alloc(0))
      return reply.code(status).send(living && { living })
    } catch (error) {
      if (error instanceof WireError || error instanceof SyntaxError) return reply.code(400).send()
      throw error
    }
  })
}

function pageRoute(server: FastifyInstance, context: HookServer): void {
  const { db, clock, readLink, timeZone = 'Asia/Shanghai' } = context
  server.get('/watch/:link', async (request, reply) => {
    const { link } = request.params as { link: string }
    const now = clock()
    const lang = acceptedLanguage(textOf(request, 'accept-language'))
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentPolicy)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .header('x-content-type-options', 'nosniff')
      .header('vary', 'accept-language')
    const linked = await readLink(db, link, now)
    const living = linked && (await livingOfLink(context, linked, now))
    if (!linked || !living) return reply.code(403).send(deadLinkPage(lang))
    return reply.send(watchPage({ living, linked, link, lang, timeZone, now }))
  })
}

const textOf = ({ headers }: FastifyRequest, name: string) => {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The living of a link; undefined while the living is being deleted. */
async function livingOfLink(context: HookServer, linked: Linked, now: number) {
  try {
    return await livingOf(context.db, linked, linked.livingid, now, context)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
