import { createDecipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pass } from 'node:timers/promises'
import { setCallback } from '../../src/events/callback.ts'
import { makeCourier } from '../../src/events/courier.ts'
import type { School } from '../world.ts'

/** A message that a receiver got: its elements, the elements of its envelope, its receiveid, and whether the signature was right. */
export type Got = {
  readonly fields: Record<string, string>
  readonly envelope: Record<string, string>
  readonly receiveid: string
  readonly isSigned: boolean
}

export const token = 'QDG6eK'
export const aes_key = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'

/**
 * How a receiver behaves: the HTTP statuses of the POSTs in order, of which the last is repeated; the delay before an answer; how the
 * trial GET is answered; and the Location header of its answers.
 */
export type Behaviour = { statuses?: number[]; delayMs?: number; echo?: (plain: string) => string; location?: string }

/** Starts an app's callback server. It was written from WeCom page 90930 alone and shares no code with src/events. */
export async function makeReceiver(behaviour: Behaviour = {}) {
  const got: Got[] = []
  const tried: string[] = []
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams
    if (request.method === 'GET') {
      const { message } = openedOrNothing(query.get('echostr') ?? '')
      tried.push(signature(query, query.get('echostr') ?? '') === query.get('msg_signature') ? message : 'unsigned')
      return response.end((behaviour.echo ?? ((plain: string) => plain))(message))
    }
    const envelope = elements(await textOf(request))
    const cipher = envelope.Encrypt ?? ''
    const { message, receiveid } = opened(cipher)
    const isSigned = signature(query, cipher) === query.get('msg_signature')
    const status = behaviour.statuses?.[Math.min(got.length, behaviour.statuses.length - 1)] ?? 200
    got.push({ fields: elements(message), envelope, receiveid, isSigned })
    if (behaviour.delayMs) await pass(behaviour.delayMs, undefined, { ref: false })
    response.writeHead(status, behaviour.location ? { location: behaviour.location } : {}).end('success')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/wecom`,
    port,
    got,
    /** the plaintexts of the trial GETs */
    tried,
    summaries: () =>
      got.map(({ fields }) => [fields.ChangeType ?? fields.Status, fields.Id ?? fields.LivingId, fields.NewId].filter(Boolean).join(' ')),
    behaviour,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Sets the receiver's URL as the callback of an app. */
export const listen = (school: School, receiver: { url: string }, { agentid }: { agentid: number } = school.app) =>
  setCallback(school.db, school.secrets, { corpid: school.corpid, agentid, url: receiver.url, token, aes_key }, school.clock.now, {
    allowPrivate: true,
  })

export const courierOf = ({ db, secrets, clock }: Pick<School, 'db' | 'secrets' | 'clock'>, more: object = {}) =>
  makeCourier({
    db,
    secrets,
    clock: () => clock.now,
    allowPrivate: true,
    timeoutMs: 1000,
    pauseMs: 0,
    failed: (error) => {
      throw error
    },
    ...more,
  })

/** Delivers all waiting events. */
export async function deliver(school: Pick<School, 'db' | 'secrets' | 'clock'>, more: object = {}): Promise<void> {
  const courier = courierOf(school, more)
  await courier.tick()
  await courier.idle()
}

const signature = (query: URLSearchParams, cipher: string) =>
  createHash('sha1')
    .update([token, query.get('timestamp') ?? '', query.get('nonce') ?? '', cipher].sort().join(''))
    .digest('hex')

/** Decrypts: 16 random bytes, 4 bytes of length, the message, the receiveid, padded to a multiple of 32 by bytes that hold their count. */
export function opened(cipher: string) {
  const key = Buffer.from(`${aes_key}=`, 'base64')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(cipher, 'base64'), decipher.final()])
  const padding = padded.at(-1) ?? 0
  if (padded.length % 32 || padding < 1 || padding > 32 || !padded.subarray(-padding).every((byte) => byte === padding))
    throw new Error('not padded to 32')
  const plain = padded.subarray(20, -padding)
  const length = padded.readUInt32BE(16)
  return { message: plain.subarray(0, length).toString(), receiveid: plain.subarray(length).toString() }
}

/** Decrypts, or returns an empty message for a text that another key has encrypted. */
function openedOrNothing(cipher: string) {
  try {
    return opened(cipher)
  } catch {
    return { message: '' }
  }
}

const elements = (xml: string) =>
  Object.fromEntries(
    [...xml.replace(/^<xml>|<\/xml>$/g, '').matchAll(/<(\w+)>((?:<!\[CDATA\[[\s\S]*?\]\]>)+|[^<]*)<\/\1>/g)].map(([, name, value]) => [
      name as string,
      (value as string).replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1'),
    ]),
  )

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
