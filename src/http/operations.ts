import { setTimeout as pass } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import { retryAfterSeconds } from '../request/refused_request.ts'
import type { Db } from '../store/db.ts'
import { checkDatabase } from '../store/health.ts'
import { metricsText } from './metrics.ts'
import { openapi } from './openapi.ts'

/** Milliseconds for which an answer of /readyz holds, so that asking it often does not write often. */
const readyMs = 1000
/** Milliseconds after which a database that has not answered is taken for away. */
const mostWaitMs = 2000

/**
 * For operators: /healthz (the process), /readyz (the database can be written and read, and the server is not stopping), /metrics
 * (Prometheus), /openapi.json (the contract).
 */
export const operations: FastifyPluginAsync<{ db: Db; isStopping: () => boolean }> = async (server, { db, isStopping }) => {
  let checked = { atMs: -Infinity, isPending: false, result: Promise.resolve() }
  /** Begins no check while one is pending, so that a database that hangs does not lose its connections to checks. */
  function check(): Promise<void> {
    if (checked.isPending || performance.now() - checked.atMs < readyMs) return checked.result
    const begun = { atMs: performance.now(), isPending: true, result: checkDatabase(db) }
    begun.result = begun.result.finally(() => {
      begun.isPending = false
    })
    checked = begun
    return begun.result
  }
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (request, reply) => {
    if (isStopping()) return reply.code(503).header('retry-after', retryAfterSeconds).send({ status: 'the server is stopping' })
    try {
      await Promise.race([
        check(),
        pass(mostWaitMs, undefined, { ref: false }).then(() => Promise.reject(new Error(`no answer in ${mostWaitMs} ms`))),
      ])
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
