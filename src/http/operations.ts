import type { FastifyPluginAsync } from 'fastify'
import type { Db } from '../store/db.ts'
import { ping } from '../store/ping.ts'
import { metricsText } from './metrics.ts'
import { openapi } from './openapi.ts'

/** For operators: /healthz (the process), /readyz (the database), /metrics (Prometheus), /openapi.json (the contract). */
export const operations: FastifyPluginAsync<{ db: Db }> = async (server, { db }) => {
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (request, reply) => {
    try {
      await db.all(ping)
      return { status: 'ok' }
    } catch (error) {
      request.log.error({ reqId: request.id, err: error }, 'the database does not answer')
      return reply.code(503).send({ status: 'the database does not answer' })
    }
  })
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await metricsText()
    return reply.type(type).send(text)
  })
  const document = openapi()
  server.get('/openapi.json', async () => document)
}
