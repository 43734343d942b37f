import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { roundRobin } from './round_robin.ts'

/** ROLLCALL_TEST_SERVERS=2: every school stands behind a round-robin of two servers that share nothing but the database. */
export const inPairs = process.env.ROLLCALL_TEST_SERVERS === '2'

export const portOf = (server: FastifyInstance) => (server.server.address() as AddressInfo).port

/** Of every 40 requests the second server is gone for 10, and then another one stands in its place, which remembers nothing. */
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
