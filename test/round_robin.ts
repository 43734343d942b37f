import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Servers behind one address, asked in turn, as nginx asks them: one that takes no connection is passed over, since it has not read
 * the request; one that breaks off is the caller's to know of (502), since it may have done what it was asked. Not so one that stops in
 * order: it answers all it has read, so that a connection it cuts was not read from.
 */
export async function roundRobin(ports: readonly number[], asked: (count: number) => void = () => {}, inOrder = false) {
  let count = 0
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    asked(++count)
    const first = count
    for (let tried = 0; tried < ports.length; tried++)
      if (await pass(ports[(first + tried) % ports.length] as number, incoming, Buffer.concat(parts), outgoing, inOrder)) return
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

/** Whether somebody took it. */
function pass(port: number, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, inOrder: boolean): Promise<boolean> {
  const { method, url, rawHeaders } = incoming
  return new Promise((resolve) => {
    // a connection for each request: one that is kept may be dead before that is known
    const sent = request({ port, host: '127.0.0.1', method, path: url, headers: rawHeaders, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', () => broken())
      answer.on('end', () => {
        // a server that is stopping says so before it has read the request
        if (answer.statusCode === 503) return resolve(false)
        outgoing.writeHead(answer.statusCode as number, answer.rawHeaders).end(Buffer.concat(parts))
        resolve(true)
      })
    })
    const broken = () => {
      if (!outgoing.headersSent) outgoing.writeHead(502).end()
      resolve(true)
    }
    const unread = inOrder ? ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'] : ['ECONNREFUSED']
    sent.on('error', (error: NodeJS.ErrnoException) => (unread.includes(error.code ?? '') ? resolve(false) : broken()))
    sent.end(body)
  })
}
