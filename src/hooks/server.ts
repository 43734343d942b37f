import { Counter } from '@prometheus-io/client'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { bodyLimit, discardBody } from '../request/body.ts'
import { adapters, hookOf } from './hook.ts'
import { takeMeetingReport } from './meetings/take.ts'
import { type Adapter, NotSigned, type Reply, textIn } from './signal.ts'
import type { HookRow } from './store.ts'
import { takeSignal } from './take.ts'
import { type HookServer, watchRoutes } from './watch_route.ts'

const refusedEvents = new Counter({
  name: 'rollcall_hook_refused_total',
  help: 'Hook calls with a wrong key or signature',
  labelNames: ['kind'] as const,
})

const bytesOf = (request: FastifyRequest) => (request.body as Buffer | null) ?? Buffer.alloc(0)
const send = (reply: FastifyReply, { status, type, body }: Reply) => reply.code(status).type(type).send(body)
const plain = (status: number, body: string): Reply => ({ status, type: 'text/plain', body })

/** Where streaming servers and players report: /v1/hooks/{kind}, /v1/heartbeat, the viewer's page /watch/{link}, and its files. */
export const hooks: FastifyPluginAsync<HookServer> = async (server, context) => {
  for (const adapter of Object.values(adapters)) hookRoute(server, context, adapter)
  watchRoutes(server, context)
}

/** Bytes of the form of an event of nginx: what a play URL says besides a link. */
const shortFormLimit = 4096
/** Bytes of an event of LiveKit, which may carry the metadata of a room and of a participant. */
const livekitLimit = 2 ** 17
const bodyLimitByKind: Readonly<Record<string, number>> = {
  'nginx-rtmp': shortFormLimit,
  livekit: livekitLimit,
  // the summary of a lesson has some 1,000 bytes for each of its people; a message that is refused stops ClassIn's queue
  classin: bodyLimit,
  // a meeting may name up to some hundred hosts
  'tencent-meeting': 2 ** 17,
}

function hookRoute(server: FastifyInstance, context: HookServer, adapter: Adapter): void {
  const { kind } = adapter
  const hooks = new WeakMap<FastifyRequest, HookRow>()
  server.route({
    method: ['GET', 'POST'],
    url: `/v1/hooks/${kind}`,
    ...(bodyLimitByKind[kind] && { bodyLimit: bodyLimitByKind[kind] }),
    // before the body is read: whoever has no key makes the server hold none
    onRequest: async (request, reply) => {
      const hook = await hookOf(context, kind, textIn((request.query as Record<string, unknown>).key))
      if (hook) return void hooks.set(request, hook)
      refusedEvents.inc({ kind })
      await discardBody(request.raw)
      return send(reply, plain(403, 'key: no hook has it'))
    },
    handler: async (request, reply) => {
      const now = context.clock()
      const hook = hooks.get(request) as HookRow
      try {
        const body = request.method === 'GET' ? Buffer.from(request.url.split('?')[1] ?? '') : bytesOf(request)
        const event = { hook, headers: request.headers, url: request.url, body, now }
        if (adapter.readMeeting) return send(reply, await takeMeetingReport(context, adapter, hook, adapter.readMeeting(event), now))
        const signals = await adapter.read(event)
        let isAllowed = true
        for (const signal of signals) isAllowed = (await takeSignal(context, adapter, hook, signal, now)) && isAllowed
        return send(reply, isAllowed ? adapter.yes : adapter.no)
      } catch (error) {
        if (error instanceof NotSigned) {
          refusedEvents.inc({ kind })
          return send(reply, plain(403, error.message))
        }
        if (error instanceof SyntaxError) return send(reply, plain(400, 'body: it cannot be read'))
        throw error
      }
    },
  })
}
