import { Counter } from '@prometheus-io/client'
import type { FastifyPluginAsync } from 'fastify'
import { livingOf } from '../living/living.ts'
import { WireError } from '../wire/errcode.ts'
import { gatherBeats } from './beats.ts'
import { adapters, hookOf } from './hook.ts'
import { readLink } from './link_token.ts'
import { contentPolicy, deadLinkPage, scripts, tagOf, watchPage } from './page.ts'
import { json, NotSigned, numberIn, type Reply, textIn } from './signal.ts'
import { putPosition } from './store.ts'
import { type Taking, takeSignal } from './take.ts'

const refused = new Counter({
  name: 'rollcall_hook_refused_total',
  help: 'Hook calls with a wrong key or signature',
  labelNames: ['kind'] as const,
})

/** Streaming servers and players report here: /v1/hooks/…, /v1/heartbeat, /watch/{link} and the scripts. */
export const hooks: FastifyPluginAsync<Taking & { clock: () => number }> = async (server, taking) => {
  const { db, clock, endGrace } = taking
  const gathered = gatherBeats(taking, clock)

  for (const adapter of Object.values(adapters)) {
    server.route({
      method: ['GET', 'POST'],
      url: `/v1/hooks/${adapter.kind}`,
      handler: async (request, reply) => {
        const send = ({ status, type, body }: Reply) => reply.code(status).type(type).send(body)
        const now = clock()
        const hook = await hookOf(db, adapter.kind, textIn((request.query as Record<string, unknown>).key))
        if (!hook) {
          refused.inc({ kind: adapter.kind })
          return send({ status: 403, type: 'text/plain', body: 'key: no hook has it' })
        }
        try {
          const body =
            request.method === 'GET' ? Buffer.from(request.url.split('?')[1] ?? '') : ((request.body as Buffer | null) ?? Buffer.alloc(0))
          const signals = await adapter.read({ hook, headers: request.headers, url: request.url, body, now })
          let allowed = true
          for (const signal of signals) allowed = (await takeSignal(taking, adapter, hook, signal, now)) && allowed
          return send(allowed ? adapter.yes : adapter.no)
        } catch (error) {
          if (error instanceof NotSigned) {
            refused.inc({ kind: adapter.kind })
            return send({ status: 403, type: 'text/plain', body: error.message })
          }
          if (error instanceof SyntaxError) return send({ status: 400, type: 'text/plain', body: 'body: it cannot be read' })
          request.log.error({ reqId: request.id, err: error, hook: adapter.kind }, 'a hook failed')
          // the servers try again on 503; on any other they may take it for done
          return send({ status: 503, type: 'text/plain', body: 'try again' })
        }
      },
    })
  }

  server.post('/v1/heartbeat', async (request, reply) => {
    reply.header('access-control-allow-origin', '*')
    try {
      return reply.code(await beat((request.body as Buffer | null) ?? Buffer.alloc(0))).send()
    } catch (error) {
      if (error instanceof WireError || error instanceof SyntaxError) return reply.code(400).send()
      throw error
    }
  })

  /** 204 taken, 403 not this link's, 400 not a heartbeat. */
  async function beat(body: Buffer): Promise<number> {
    const now = clock()
    const said = json(body)
    const stay = textIn(said.stay)
    if (!/^[\w-]{1,50}$/.test(stay)) return 400
    const linked = await readLink(db, textIn(said.link), now)
    if (!linked) return 403
    const replay = numberIn(said.replay) ? 1 : 0
    const { student_userid, parent_userid } = linked
    const reported = { student_userid, ...(parent_userid !== null && { parent_userid }), stay_id: `hls ${stay}`, enter_time: now, replay }
    await gathered(linked, reported)
    const [from, to] = [numberIn(said.from), numberIn(said.to)]
    const isPosition = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < 1_000_000
    if (replay && isPosition) await db.batch([putPosition(linked, linked.viewer_no, reported.stay_id, from, to)])
    return 204
  }

  server.get('/watch/:link', async (request, reply) => {
    const { link } = request.params as { link: string }
    const now = clock()
    const linked = await readLink(db, link, now)
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentPolicy)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
    if (!linked?.play_url) return reply.code(linked ? 404 : 403).send(deadLinkPage)
    const living = await livingOf(db, linked, linked.livingid, now, endGrace)
    return reply.send(
      watchPage({ theme: living.theme, name: linked.name, source: linked.play_url, link, replay: living.end_time !== null }),
    )
  })

  for (const [path, text] of Object.entries(scripts)) {
    const tag = tagOf(text)
    server.get(path, async (request, reply) => {
      reply
        .type('text/javascript; charset=utf-8')
        .header('etag', tag)
        .header('cache-control', 'public, max-age=3600')
        .header('access-control-allow-origin', '*')
      return request.headers['if-none-match'] === tag ? reply.code(304).send() : reply.send(text)
    })
  }
}
