/** Seconds after which a client may try again what failed by a fault of the server, such as a database that does not answer. */
export const retryAfterSeconds = 5

/** A request that the server refuses before its route sees it, with the status of the answer: 400 to 499, or 503. */
export class RefusedRequest extends Error {
  override name = 'RefusedRequest'
  readonly statusCode: number
  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}
