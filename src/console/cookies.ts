import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The browser discards a cookie after 30 days by default. The session behind a session cookie ends sooner: see session.ts. */
const defaultDays = 30

export type CookieWriter = ReturnType<typeof cookieWriter>

/**
 * @param isOverTls whether the client's connection is encrypted: then a cookie is `Secure`
 * @returns a function that adds a cookie to a reply. `days` is how long the browser stores the cookie; 0 deletes it.
 */
export const cookieWriter =
  (isOverTls: (request: IncomingMessage) => boolean) =>
  (request: FastifyRequest, reply: FastifyReply, name: string, value: string, days = defaultDays): FastifyReply => {
    return reply.header(
      'set-cookie',
      `${name}=${value}; Path=/; Max-Age=${days * 86_400}; HttpOnly; SameSite=Lax${isOverTls(request.raw) ? '; Secure' : ''}`,
    )
  }

/** Parses a `Cookie` header: the value of each cookie by its name. */
export function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.flatMap(([name, value]) => (name && value !== undefined ? [[name, value] as const] : [])))
}
