import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts an HTTP server that stands for the server of a stream. `asked` are the URLs that were asked for; any page may read the answers. */
export async function streamServer(answer: (url: URL, request: IncomingMessage, response: ServerResponse) => void) {
  const asked: URL[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1')
    asked.push(url)
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('cache-control', 'no-store')
    answer(url, request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A media playlist of these segments, one second each. A recording says that it is complete. */
export const playlist = (segments: readonly string[], isComplete = false, sequence = 0) =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    '#EXT-X-TARGETDURATION:1',
    `#EXT-X-MEDIA-SEQUENCE:${sequence}`,
    ...segments.map((segment) => `#EXTINF:1.0,\n${segment}`),
    ...(isComplete ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n')
