import type { IncomingMessage } from 'node:http'

export const bodyLimit = 8 * 2 ** 20

/**
 * A request's body, whatever it says of itself. Too large is said once all of it has come, since most senders write all before they
 * read, or eight times the limit; 'gone' where the sender is.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let length = 0
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > 8 * bodyLimit) resolve('too large')
      if (length > bodyLimit) return
      if (!first) first = part
      else if (more) more.push(part)
      else more = [first, part]
    })
    request.on('end', () => resolve(length > bodyLimit ? 'too large' : more ? Buffer.concat(more) : first))
    request.on('close', () => resolve('gone'))
  })
}
