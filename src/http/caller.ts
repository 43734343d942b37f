import type { IncomingMessage } from 'node:http'

const here = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Who asks: whom a proxy on this machine speaks for (deploy/nginx.conf). From elsewhere the header is anybody's word, and not read. */
export function callerOf({ socket, headers }: IncomingMessage): string {
  // each proxy adds whom it was asked by: the last word is the nearest one's
  const told = String(headers['x-forwarded-for'] ?? '').split(',')
  const chain = [socket.remoteAddress ?? '', ...told.reverse().map((each) => each.trim())].filter(Boolean)
  return chain.find((each) => !here.has(each)) ?? chain.at(-1) ?? ''
}
