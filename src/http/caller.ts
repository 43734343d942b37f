import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { TLSSocket } from 'node:tls'

export type Callers = ReturnType<typeof callersBehind>

/**
 * Reads who called, also through reverse proxies. The headers X-Forwarded-For and X-Forwarded-Proto may be forged, so that they are
 * believed only where a trusted proxy sent them: one on this machine (deploy/nginx.conf), or one of `proxies`.
 *
 * @param proxies addresses of more trusted proxies
 */
export function callersBehind(proxies: BlockList = new BlockList()) {
  const isTrusted = (address: string) => {
    const kind = isIPv6(address) ? 'ipv6' : 'ipv4'
    return isIP(address) !== 0 && (loopback.check(address, kind) || proxies.check(address, kind))
  }
  return {
    /** The address of the client: the last in the chain of addresses that is no trusted proxy, since each proxy appends its caller. */
    addressOf({ socket, headers }: IncomingMessage): string {
      let caller = socket.remoteAddress ?? ''
      const forwarded = headers['x-forwarded-for']
      if (forwarded === undefined) return caller
      for (const entry of String(forwarded).split(',').reverse()) {
        const address = entry.trim()
        if (!isTrusted(caller) || !isIP(address)) break
        caller = address
      }
      return caller
    },
    /** Whether the client's connection is encrypted: to this server, or to a trusted proxy that says so. */
    isOverTls: ({ socket, headers }: IncomingMessage): boolean =>
      (socket as Partial<TLSSocket>).encrypted === true ||
      (headers['x-forwarded-proto'] === 'https' && isTrusted(socket.remoteAddress ?? '')),
  }
}

/** This machine. A BlockList matches an IPv4 address also where IPv6 writes it, as `::ffff:127.0.0.1`. */
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
