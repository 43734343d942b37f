import type { IncomingMessage, ServerResponse } from 'node:http'

/** Bytes of the longest body that any request may have: a report of 10,000 stays, a roster. */
export const bodyLimit = 8 * 2 ** 20
/** Bytes of the body of a form, of an event, and of a call that needs no token: what a stranger may make the server hold. */
export const shortBodyLimit = 16_384
/** Bytes of a body that is refused, after which the rest is not waited for: most clients send everything before they read the answer. */
const discardLimit = 8 * bodyLimit

/** 'too busy' where the bodies of this process together would hold more than `mostHeldBytes`; 'gone' where the client has closed the connection. */
export type Body = Buffer | undefined | 'too large' | 'too busy' | 'gone'
export type BodyReader = (request: IncomingMessage, response: ServerResponse, limit: number) => Promise<Body>

/**
 * Reads the bodies of one process. Bodies over `shortBodyLimit` are counted until their request is answered. The short ones are bounded by
 * the number of connections.
 *
 * @param mostHeldBytes of all counted bodies together
 * @returns a function that reads a body of at most `limit` bytes, whatever the headers say of it; undefined for an empty one. A body that
 *   is refused is discarded as it comes.
 */
export function bodyReader(mostHeldBytes = 256 * 2 ** 20): BodyReader {
  let heldBytes = 0
  return (request, response, limit) =>
    new Promise((resolve) => {
      // a connection that was closed before emits no event any more
      if (request.destroyed) return resolve('gone')
      let chunks: Buffer[] = []
      let length = 0
      let countedBytes = 0
      let refusal: 'too large' | 'too busy' | undefined

      function count(bytes: number): void {
        if (countedBytes === 0) response.once('close', () => (heldBytes -= countedBytes))
        heldBytes += bytes
        countedBytes += bytes
      }
      function refuse(reason: 'too large' | 'too busy'): void {
        refusal = reason
        chunks = []
      }
      request.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (refusal) {
          if (length > discardLimit) resolve(refusal)
          return
        }
        if (length > limit) return refuse('too large')
        if (length > shortBodyLimit) count(countedBytes === 0 ? length : chunk.length)
        if (heldBytes > mostHeldBytes) return refuse('too busy')
        chunks.push(chunk)
      })
      // most bodies are one chunk, which needs no copy
      request.on('end', () => resolve(refusal ?? (chunks.length > 1 ? Buffer.concat(chunks, length) : chunks[0])))
      request.on('close', () => resolve('gone'))
    })
}

/** Reads and discards what is left of a body, up to 64 MB: a client that is still sending would not read the answer. */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.destroyed) return resolve()
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > discardLimit) resolve()
    })
    request.on('end', resolve)
    request.on('close', resolve)
  })
}
