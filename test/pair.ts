import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { roundRobin } from './round_robin.ts'

/** With ROLLCALL_TEST_SERVERS=2, every school is behind a round-robin proxy of two servers that share nothing but the database. */
export const inPairs = process.env.ROLLCALL_TEST_SERVERS === '2'

export const portOf = (server: FastifyInstance) => (server.server.address() as AddressInfo).port

/**
 * Starts a second server with `start`, and a round-robin proxy in front of it and of `first`. In every 40 requests, the second server is
 * stopped for 10, and then a new server with empty caches takes over its port. Returns the proxy's base URL.
 */
export async function pairedWith(first: FastifyInstance, start: (port: number) => Promise<FastifyInstance>) {
  let second = start(0)
  const port = portOf(await second)
  const proxy = await roundRobin(
    [portOf(first), port],
    (count) => {
      if (count % 40 === 20) second = second.then(async (server) => server.close().then(() => server))
      if (count % 40 === 30) second = second.then(() => start(port))
    },
    true,
  )
  return {
    base: proxy.base,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await (await second).close()
    },
  }
}
