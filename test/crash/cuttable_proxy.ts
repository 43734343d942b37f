import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Starts a TCP proxy in front of a database. `cut` resets all its connections without an orderly close, as when a network cable is
 * pulled. Returns the URL of the database through the proxy.
 */
export async function startCuttableProxy(database: string) {
  const to = new URL(database)
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one)
      one
        .on('error', () => {})
        .on('close', () => {
          ends.delete(one)
          other.destroy()
        })
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(database)
  url.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    for (const end of ends) end.resetAndDestroy()
  }
  return {
    url: url.href,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
