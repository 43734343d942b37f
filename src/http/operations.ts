import type { FastifyPluginAsync } from 'fastify'
import { retryAfterSeconds } from '../request/refused_request.ts'
import type { Db } from '../store/db.ts'
import { checkDatabase } from '../store/health.ts'
import { metricsText } from './metrics.ts'
import { openapi } from './openapi.ts'

/** Milliseconds for which an answer of /readyz holds, so that asking it often does not write often. */
const readyMs = 1000

/**
 * For operators: /healthz (the process), /readyz (the database can be written and read, and the server is not stopping), /metrics
 * (Prometheus), /openapi.json (the contract).
 */
export const operations: FastifyPluginAsync<{ db: Db; isStopping: () => boolean }> = async (server, { db, isStopping }) => {
  let checked = { atMs: -Infinity, result: Promise.resolve() }
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (request, reply) => {
    if (isStopping()) return reply.code(503).header('retry-after', retryAfterSeconds).send({ status: 'the server is stopping' })
    if (performance.now() - checked.atMs > readyMs) checked = { atMs: performance.now(), result: checkDatabase(db) }
    try {
      await checked.result
      return { status: 'ok' }
    } catch (error) {
      request.log.error({ reqId: request.id, err: error }, 'the database cannot be written')
      return reply.code(503).header('retry-after', retryAfterSeconds).send({ status: 'the database cannot be written' })
    }
  })
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await metricsText()
    return reply.type(type).send(text)
  })
  const document = openapi()
  server.get('/openapi.json', async () => document)
}
