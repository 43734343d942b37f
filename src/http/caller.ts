import type { IncomingMessage } from 'node:http'

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/**
 * The address of the client. Behind a proxy on this machine (deploy/nginx.conf) it is the last address in X-Forwarded-For that is not this
 * machine's, since each proxy appends the address it was called from. From another machine the header may be forged, and is ignored.
 */
export function callerOf({ socket, headers }: IncomingMessage): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
  const chain = [socket.remoteAddress ?? '', ...forwarded.reverse().map((address) => address.trim())].filter(Boolean)
  return chain.find((address) => !loopback.has(address)) ?? chain.at(-1) ?? ''
}
