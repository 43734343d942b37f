import type { IncomingMessage } from 'node:http'

/** Bytes of a request's body at most. */
export const bodyLimit = 8 * 2 ** 20

/**
 * Reads a request's body, whatever its headers say of it.
 *
 * @returns undefined for an empty body; 'too large' once all of a body above the limit has come, since most clients send everything before
 *   they read the answer, or once it is eight times too large; 'gone' where the client has closed the connection
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    let first: Buffer | undefined
    let all: Buffer[] | undefined
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > 8 * bodyLimit) resolve('too large')
      if (length > bodyLimit) return
      // most bodies are one chunk, which needs no copy
      if (!first) first = chunk
      else if (all) all.push(chunk)
      else all = [first, chunk]
    })
    request.on('end', () => resolve(length > bodyLimit ? 'too large' : all ? Buffer.concat(all) : first))
    request.on('close', () => resolve('gone'))
  })
}
