import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { setTimeout as pass } from 'node:timers/promises'

/** Milliseconds after which connections that are still open are closed: Node counts one on which nothing has been sent as busy. */
const closeAllMs = 3000
/** Milliseconds for which a moment without waiting connections is looked for. */
const backlogMs = 2000

/**
 * Stops a server without cutting a request. A client may send its next request on an idle connection at the moment the server closes it, and
 * then gets no answer. So a server that stops first goes on for `drainMs`, and every response asks its client to close the connection
 * (`connection: close`); after that hardly any connection in use is left to close.
 */
export function connectionDrain(drainMs: number) {
  let isStopping = false
  let closed: Promise<unknown> = Promise.resolve()
  return {
    isStopping: () => isStopping,
    /** A listener whose responses carry `connection: close` once the server is stopping. */
    closing:
      (listener: RequestListener): RequestListener =>
      (request, response) => {
        if (isStopping) response.setHeader('connection', 'close')
        return listener(request, response)
      },
    /** Drains the server; then it accepts no more connections. */
    async start(server: Server): Promise<void> {
      isStopping = true
      const connections = await new Promise<number>((resolve) => server.getConnections((_error, count = 0) => resolve(count)))
      if (drainMs > 0 && connections > 0) {
        await pass(drainMs)
        await backlogEmpty(server)
      }
      if (!server.listening) return
      closed = once(server, 'close')
      server.close()
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const closeAll = setTimeout(() => server.closeAllConnections(), closeAllMs)
      server.once('close', () => {
        clearInterval(idle)
        clearTimeout(closeAll)
      })
    },
    /** Resolves when every connection is closed. */
    closed: () => closed,
  }
}

/**
 * Resolves when no connection waits to be accepted: the system resets those that wait when the server closes. The event loop accepts one
 * connection each time it comes round. If no connection was accepted in a round, none was waiting.
 */
async function backlogEmpty(server: Server): Promise<void> {
  let hasAccepted = true
  const note = () => {
    hasAccepted = true
  }
  server.on('connection', note)
  for (const untilMs = performance.now() + backlogMs; hasAccepted && performance.now() < untilMs; ) {
    hasAccepted = false
    await new Promise((resolve) => setImmediate(resolve))
  }
  server.off('connection', note)
}
