import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Starts a proxy that passes requests to the servers on these ports in turn, as nginx does. When a server refuses the connection, the
 * proxy tries the next server, because the request was not read. When a server breaks the connection off, the proxy answers 502, because
 * the server may have carried the request out.
 *
 * @param onRequest is called with the number of requests so far, before each is passed on
 * @param isGraceful whether the servers only ever stop gracefully. Such a server answers every request it has read, so a connection that
 * it resets was not read, and the proxy tries the next server.
 */
export async function roundRobin(ports: readonly number[], onRequest: (count: number) => void = () => {}, isGraceful = false) {
  let count = 0
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    onRequest(++count)
    const first = count
    for (let tried = 0; tried < ports.length; tried++)
      if (await pass(ports[(first + tried) % ports.length] as number, incoming, Buffer.concat(parts), outgoing, isGraceful)) return
    outgoing.writeHead(502).end()
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Passes a request to one server. Resolves to false when that server has not read the request, so that another one may be tried. */
function pass(port: number, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, isGraceful: boolean): Promise<boolean> {
  const { method, url, rawHeaders } = incoming
  return new Promise((resolve) => {
    // a new connection for each request: a pooled connection may be dead before this process notices
    const sent = request({ port, host: '127.0.0.1', method, path: url, headers: rawHeaders, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', () => broken())
      answer.on('end', () => {
        // a server that is shutting down answers 503 without having read the request
        if (answer.statusCode === 503) return resolve(false)
        outgoing.writeHead(answer.statusCode as number, answer.rawHeaders).end(Buffer.concat(parts))
        resolve(true)
      })
    })
    const broken = () => {
      if (!outgoing.headersSent) outgoing.writeHead(502).end()
      resolve(true)
    }
    const unread = isGraceful ? ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'] : ['ECONNREFUSED']
    sent.on('error', (error: NodeJS.ErrnoException) => (unread.includes(error.code ?? '') ? resolve(false) : broken()))
    sent.end(body)
  })
}
