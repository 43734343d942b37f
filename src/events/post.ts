import { promises as dns, type LookupAddress } from 'node:dns'
import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * One request to a URL that a user configured. Protection against server-side request forgery: the host name is resolved once, the addresses
 * are checked, and the connection is made to the checked addresses, so that DNS cannot answer something else a moment later. Redirects are
 * not followed.
 */
export type Outgoing = {
  readonly method: 'GET' | 'POST'
  readonly query: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  /** whether addresses of this machine and of private networks are allowed */
  readonly allowPrivate: boolean
}

/**
 * Addresses that are not public: those of IANA's special-purpose registries (RFC 6890, as of October 2025). Of IPv6 only global unicast,
 * 2000::/3, is public, without the blocks listed below. All other blocks of the IPv6 registry, such as 64:ff9b::/96 and 5f00::/16, are
 * outside of it.
 */
const notPublic = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv4')
notPublic.addSubnet('2001::', 23, 'ipv6') // Teredo and other protocol assignments
notPublic.addSubnet('2001:db8::', 32, 'ipv6')
notPublic.addSubnet('2002::', 16, 'ipv6') // 6to4 carries an IPv4 address
notPublic.addSubnet('3fff::', 20, 'ipv6') // documentation (RFC 9637)
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is public: not this machine's, nor one of a private network. */
export const isPublic = (address: string) =>
  isIP(address) === 4
    ? !notPublic.check(address, 'ipv4')
    : isIP(address) === 6 && globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')

/** A URL of a callback. Throws unless it is http or https, without user and fragment. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash)
    throw new Error(`--url: expected http:// or https://, without user or fragment, got ${JSON.stringify(text)}`)
  return url
}

/** The answer's status and the first 8 KB of its body. Throws where the address is not allowed, or no answer came in time. */
export async function send(to: string, request: Outgoing): Promise<{ status: number; text: string }> {
  const url = readUrl(to)
  for (const [name, value] of Object.entries(request.query)) url.searchParams.set(name, value)
  const signal = AbortSignal.timeout(request.timeoutMs)
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer in ${request.timeoutMs / 1000} s`)), { once: true })
  })
  return Promise.race([timedOut, exchange(url, request, signal)])
}

async function exchange(url: URL, { method, body, allowPrivate }: Outgoing, signal: AbortSignal) {
  const addresses = await resolved(url.hostname.replace(/^\[|\]$/g, ''))
  const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublic(address))
  if (refused)
    throw new Error(
      `${url.hostname} is ${refused.address}, an address of this machine or of a private network: --callback-private allows those`,
    )
  const options: RequestOptions = {
    method,
    signal,
    agent: false,
    lookup: lookupOf(addresses),
    ...(body !== undefined && { headers: { 'content-type': 'text/xml; charset=UTF-8', 'content-length': Buffer.byteLength(body) } }),
  }
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        // a callback's answer is an echo
        if (text.length > mostAnswer) answer.destroy()
      })
      answer.on('error', reject)
      answer.on('close', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Characters of an answer that are read. */
const mostAnswer = 8192

/** The addresses of a host name; of an IP address itself. */
const resolved = (host: string): Promise<LookupAddress[]> => dns.lookup(host, { all: true })

/** A DNS lookup for `connect` that answers the checked addresses. */
const lookupOf =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses
    if (!first) done(new Error('the name has no address'), '')
    else if (all) done(null, [...addresses])
    else done(null, first.address, isIP(first.address))
  }
