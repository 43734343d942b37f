import type { IncomingMessage } from 'node:http'

/** Bytes of the longest body that any request may have: a report of 10,000 stays, a roster. */
export const bodyLimit = 8 * 2 ** 20
/** Bytes of the body of a form, of an event, and of a call that needs no token: what a stranger may make the server hold. */
export const shortBodyLimit = 16_384
/** Bytes of a body that is refused, after which the rest is not waited for: most clients send everything before they read the answer. */
const discardLimit = 8 * bodyLimit

/** 'too busy' where the bodies of this process together would hold more than `mostHeldBytes`; 'gone' where the client has closed the connection. */
export type Body = Buffer | undefined | 'too large' | 'too busy' | 'gone'

export type BodyReader = {
  /** Reads a body of at most `limit` bytes, whatever the headers say of it; undefined for an empty one. A refused one is discarded as it comes. */
  readonly read: (request: IncomingMessage, limit: number) => Promise<Body>
  /** To be called when a request is done with, also where its client is gone: its body does not count any more. */
  readonly release: (request: IncomingMessage) => void
}

/**
 * Reads the bodies of one process. Bodies over `shortBodyLimit` are counted until they are released. The short ones are bounded by the number
 * of connections.
 *
 * @param mostHeldBytes of all counted bodies together
 */
export function bodyReader(mostHeldBytes = 256 * 2 ** 20): BodyReader {
  const heldByRequest = new Map<IncomingMessage, number>()
  let heldBytes = 0

  function hold(request: IncomingMessage, bytes: number): void {
    heldBytes += bytes
    heldByRequest.set(request, (heldByRequest.get(request) ?? 0) + bytes)
  }
  function release(request: IncomingMessage): void {
    heldBytes -= heldByRequest.get(request) ?? 0
    heldByRequest.delete(request)
  }
  const read = (request: IncomingMessage, limit: number) =>
    new Promise<Body>((resolve) => {
      // a connection that was closed before emits no event any more
      if (request.destroyed) return resolve('gone')
      let chunks: Buffer[] = []
      let length = 0
      let refusal: 'too large' | 'too busy' | undefined

      function refuse(reason: 'too large' | 'too busy'): void {
        refusal = reason
        chunks = []
        release(request)
        void discardBody(request).then(() => resolve(reason))
      }
      request.on('data', (chunk: Buffer) => {
        if (refusal) return
        length += chunk.length
        if (length > limit) return refuse('too large')
        if (length > shortBodyLimit) hold(request, heldByRequest.has(request) ? chunk.length : length)
        if (heldBytes > mostHeldBytes) return refuse('too busy')
        chunks.push(chunk)
      })
      // most bodies are one chunk, which needs no copy
      request.on('end', () => {
        if (!refusal) resolve(chunks.length > 1 ? Buffer.concat(chunks, length) : chunks[0])
      })
      request.on('close', () => {
        // after the end this changes nothing
        if (!request.readableEnded) release(request)
        resolve(refusal ?? 'gone')
      })
    })
  return { read, release }
}

/** Requests of whose body no more is read: `discardLimit` bytes of it were discarded. */
const givenUp = new WeakSet<IncomingMessage>()

/** Reads and discards what is left of a body, up to 64 MB: a client that is still sending would not read the answer. */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.destroyed || givenUp.has(request)) return resolve()
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= discardLimit) return
      givenUp.add(request)
      resolve()
    })
    request.on('end', resolve)
    request.on('close', resolve)
  })
}
