import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import type { Endpoint, Output } from '../../src/wire/endpoint.ts'
import type { Table } from '../../src/wire/table.ts'
import { placed } from './samples.ts'

/** An answer with the fields of all the calls whose answers the tests read. */
export type Body = { errcode: number; errmsg: string } & Output<Table['gettoken']> &
  Output<Table['getUnwatchStatV2']> &
  Output<Table['departmentList']> &
  Output<Table['presence']>

/** A request that is sent with exactly these headers and bytes. */
export type Raw = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}
export type RawAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body, parsed as JSON. If it is not JSON, errcode is NaN and errmsg is the text. */
  readonly answer: Body
}

/** Sends a request, by default a POST, and returns the answer. */
export async function send(base: string, path: string, { method = 'POST', headers = {}, body }: Raw = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(base)
  const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const sent = request({ hostname, port, path, method, headers: { ...length, ...headers } })
  sent.end(body)
  const [response] = await once(sent, 'response')
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  return { status: response.statusCode, headers: response.headers, text, answer: parsed(text) }
}

/** Sends bytes on a TCP connection. Returns what the server sent until it closed the connection or sent nothing for `ms` milliseconds. */
export async function sendBytes(base: string, bytes: string | Uint8Array, ms = 100): Promise<string> {
  const { hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  const parts: Buffer[] = []
  socket.on('data', (part) => parts.push(part))
  socket.on('error', () => {})
  socket.setTimeout(ms, () => socket.destroy())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.end(bytes)
  await closed
  return Buffer.concat(parts).toString('latin1')
}

/** Asks for an access token of an app. Fails unless the errcode is 0. */
export async function tokenOf(base: string, { corpid, secret }: { corpid: string; secret: string }): Promise<string> {
  const { answer } = await send(base, `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`, { method: 'GET' })
  assert.equal(answer.errcode, 0, answer.errmsg)
  return answer.access_token
}

/** Sends a JSON body (a string or a buffer is sent as it is) to a path with an access token. */
export const post = (base: string, path: string, token: string, body: unknown, headers = {}) =>
  send(base, `${path}?access_token=${token}`, {
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

/** Sends an input as the call declares it: some fields in the path, the others in the query (GET) or the JSON body (POST). */
export function sendInput(base: string, call: Endpoint, token: string, input: Readonly<Record<string, unknown>>): Promise<RawAnswer> {
  const { path, rest } = placed(call, input)
  if (call.method === 'POST') return post(base, path, token, rest)
  const query = new URLSearchParams({ access_token: token })
  for (const [field, value] of Object.entries(rest)) query.set(field, typeof value === 'string' ? value : JSON.stringify(value))
  return send(base, `${path}?${query}`, { method: 'GET' })
}

/** An errmsg without its end that differs from answer to answer: hint, address and URL. */
export const undecorated = (errmsg: string) => errmsg.replace(/, hint: \[\d+\], from ip: .*$/, '')

/** The path of the unwatched list, version 2. */
export const unwatchPath = '/cgi-bin/school/living/get_unwatch_stat_v2'

function parsed(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return { errcode: Number.NaN, errmsg: text } as Body
  }
}
