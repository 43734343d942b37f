import type { IncomingMessage } from 'node:http'

const here = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Who asks: whom a proxy on this machine speaks for (deploy/nginx.conf). From elsewhere the header is anybody's word, and not read. */
export function callerOf({ socket, headers }: IncomingMessage): string {
  const address = socket.remoteAddress ?? ''
  const told = headers['x-forwarded-for']
  if (!told || !here.has(address)) return address
  // each proxy adds whom it was asked by: the last word is the nearest one's
  return String(told).split(',').at(-1)?.trim() || address
}
