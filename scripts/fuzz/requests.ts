import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { meetingEvents, signers } from '../../test/hooks/meetings/signed.ts'
import { calls, placed, sample } from '../../test/http/samples.ts'
import { damaged, mutated, nastyValues, type Random } from './random.ts'
import type { Credentials } from './target.ts'

/** A request of the attack. `bytes` are sent on a connection as they are, instead of an HTTP request. */
export type Attack = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
  readonly bytes?: Buffer
}
type Maker = (random: Random, known: Credentials) => Attack | Promise<Attack>

const nasty = (random: Random) => String(random.pick(nastyValues))
const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null')
const sometimes = (random: Random, probability: number, body: Buffer) => (random.chance(probability) ? damaged(random, body) : body)
/** A path or query of printable ASCII, as an HTTP client can send it. */
const sendable = (text: string) =>
  text.replaceAll(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.isWellFormed() ? character : '?')).slice(0, 8000)
const form = (random: Random, fields: Readonly<Record<string, string>>) =>
  Buffer.from(
    Object.entries(fields)
      .flatMap(([name, value]) =>
        random.chance(0.05) ? [] : [`${name}=${encodeURIComponent((random.chance(0.2) ? nasty(random) : value).toWellFormed())}`],
      )
      .join('&'),
  )

const call: Maker = (random, { livingid, token, partyId }) => {
  const [, endpoint] = random.pick(calls)
  const whole = { ...(sample(endpoint.input, random.chance(0.5)) as object) } as Record<string, unknown>
  for (const [name, value] of Object.entries({
    livingid,
    partyid: partyId,
    department_id: partyId,
    student_userid: 'li',
    next_cursor: '0',
  }))
    if (name in endpoint.input.properties) whole[name] = value
  const value = mutated(random, whole)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const input: Record<string, unknown> = isObject ? { ...value } : {}
  // half a character cannot be sent in a path
  for (const [, field = ''] of endpoint.path.matchAll(/\{(\w+)\}/g)) input[field] = String(input[field]).toWellFormed()
  const { path, rest } = placed(endpoint, input)
  const given = random.chance(0.95) ? token : damaged(random, token).toString('latin1')
  if (endpoint.method === 'GET') {
    const query = new URLSearchParams(Object.entries(rest ?? {}).map(([name, value]) => [name, String(value)] as [string, string]))
    return { method: 'GET', path: sendable(`${path}?access_token=${given}&${query}`) }
  }
  return { method: 'POST', path: sendable(`${path}?access_token=${given}`), body: sometimes(random, 0.1, json(isObject ? rest : value)) }
}

const cursor: Maker = (random, { livingid, token }) => {
  const next_cursor = random.chance(0.2)
    ? '0'
    : damaged(random, Buffer.from('AAAAAQAAAAEAAAABc2lnbmVk').toString('base64url')).toString('latin1')
  return { method: 'POST', path: `/cgi-bin/school/living/get_unwatch_stat_v2?access_token=${token}`, body: json({ livingid, next_cursor }) }
}

const consoleForms: readonly { path: string; fields: Readonly<Record<string, string>> }[] = [
  { path: '/sign-in', fields: { name: 'head', password: 'wrong', back: '/' } },
  { path: '/language', fields: { to: 'en', back: '/' } },
  { path: '/accounts', fields: { name: 'x', role: 'teacher', userid: '', classes: '1' } },
  { path: '/accounts/99', fields: { do: 'disable' } },
  { path: '/apps', fields: { name: 'x', kind: 'self-built' } },
  { path: '/apps/99', fields: { do: 'disable' } },
  { path: '/livings/LIVING/excuse', fields: { who: '1', one: '2', reason: 'ill', undo: '0', read: 'households', back: '/livings/LIVING' } },
  { path: '/roster', fields: { packed: 'H4sIAAAAAAAAA0vKLEksKk4tKkksKSpNBQBhMzI3DQAAAA', name: 'a.csv', version: '1', confirmed: '0' } },
]
const consoleForm: Maker = (random, { cookie, csrf, livingid }) => {
  const { path, fields } = random.pick(consoleForms)
  return {
    method: 'POST',
    path: path.replace('LIVING', livingid),
    headers: { cookie },
    body: sometimes(random, 0.1, form(random, { token: csrf, ...fields })),
  }
}

const upload: Maker = (random, { cookie, csrf }) => {
  const part = (name: string, value: string, extra = '') =>
    `--b\r\ncontent-disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`
  const rows = ['学号,姓名,班级', 'li,李,三年级1班', nasty(random), `${nasty(random)},${nasty(random)}`].join('\n')
  const body = `${part('token', csrf)}${part('roster', random.chance(0.2) ? `PK\x03\x04${rows}` : rows, '; filename="a.csv"')}--b--\r\n`
  return { method: 'POST', path: '/roster', headers: { cookie }, body: sometimes(random, 0.5, Buffer.from(body)) }
}

const pages = ['/', '/livings/LIVING', '/livings/LIVING/numbers', '/livings/LIVING/timeline', '/livings/LIVING/text', '/livings/LIVING/register.csv', '/pupils/li', '/classes', '/classes/1', '/roster', '/apps', '/accounts', '/sign-in', '/watch/LINK', '/healthz', '/openapi.json', '/nothing'] // biome-ignore format: a list
const page: Maker = (random, { cookie, livingid, links }) => {
  const names = ['q', 'class', 'show', 'reason', 'page', 'min', 'read', 'term', 'back', 'who', 'lang', 'sort']
  const query = Array.from(
    { length: random.below(4) },
    () => `${random.pick(names)}=${encodeURIComponent(nasty(random).toWellFormed())}`,
  ).join('&')
  const known = random.pick(pages).replace('LIVING', livingid).replace('LINK', random.pick(links))
  const path = random.chance(0.2) ? damaged(random, known).toString('latin1') : known
  return {
    method: 'GET',
    path: sendable(`/${path.replace(/^\//, '')}${query && `?${query}`}`),
    headers: random.chance(0.9) ? { cookie } : {},
  }
}

const events: Readonly<Record<string, (random: Random, known: Credentials) => unknown>> = {
  srs: (random, { livingid, links }) => ({
    action: random.pick(['on_play', 'on_stop', 'on_publish', 'on_unpublish']),
    stream: livingid, client_id: 'c1', param: `?link=${random.pick(links)}`, stream_url: '/live/x',
  }),
  mediamtx: (random, { livingid, links }) => ({
    action: random.pick(['read', 'unread', 'publish', 'unpublish']),
    path: livingid, id: 'i1', query: `link=${random.pick(links)}`, protocol: 'rtsp',
  }),
  livekit: (random, { livingid }) => ({
    event: random.pick(['room_started', 'room_finished', 'participant_joined', 'participant_left']),
    createdAt: Math.floor(Date.now() / 1000), room: { name: livingid }, participant: { sid: 's1', identity: 'li_mum/li', joinedAt: '1' },
  }),
} // biome-ignore format: samples

const hook: Maker = async (random, known) => {
  const kind = random.pick(Object.keys(known.hooks))
  const path = random.chance(0.95) ? (known.hooks[kind] as string) : damaged(random, known.hooks[kind] as string).toString('latin1')
  const { livingid, links } = known
  if (kind === 'nginx-rtmp') {
    const doing = random.pick(['play', 'update_play', 'play_done', 'publish', 'publish_done'])
    const fields = { call: doing, name: livingid, clientid: '1', addr: '10.0.0.1', time: '5', link: random.pick(links) }
    return { method: 'POST', path: sendable(path), body: sometimes(random, 0.2, form(random, fields)) }
  }
  if (kind === 'bigbluebutton') {
    const id = random.pick(['meeting-created', 'meeting-ended', 'user-joined', 'user-left'])
    const attributes = {
      meeting: { 'external-meeting-id': livingid, 'internal-meeting-id': 'm' },
      user: { 'internal-user-id': 'u', 'external-user-id': 'li' },
    }
    const event = [{ data: { type: 'event', id, attributes, event: { ts: Date.now() } } }]
    const body = Buffer.from(`event=${encodeURIComponent(JSON.stringify(mutated(random, event)) ?? '')}`)
    return { method: 'POST', path: sendable(path), headers: { authorization: 'Bearer key:secret' }, body: sometimes(random, 0.2, body) }
  }
  const sign = signers[kind]
  if (sign) {
    const now = Math.floor(Date.now() / 1000)
    const event = mutated(random, random.pick(meetingEvents[kind]?.(livingid, now) ?? []))
    const { body, headers } = sign(event, now)
    return { method: 'POST', path: sendable(path), headers, body: sometimes(random, 0.2, Buffer.from(body)) }
  }
  const body = sometimes(random, 0.1, json(mutated(random, events[kind]?.(random, known))))
  if (kind !== 'livekit') return { method: 'POST', path: sendable(path), body }
  const sha256 = createHash('sha256').update(body).digest('base64')
  const jwt = await new SignJWT({ sha256 })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('key')
    .setExpirationTime('5m')
    .sign(Buffer.from('secret'))
  return { method: 'POST', path: sendable(path), headers: { authorization: jwt }, body }
}

const heartbeat: Maker = (random, { links }) => {
  const link = random.chance(0.8) ? random.pick(links) : damaged(random, random.pick(links)).toString('latin1')
  const times = random.chance(0.5) ? { seconds: random.below(60), age: random.below(8000) } : {}
  const beat = { link, stay: 'visit', ...times, replay: random.below(2), from: random.below(10), to: random.below(100) }
  return { method: 'POST', path: '/v1/heartbeat', body: sometimes(random, 0.1, json(mutated(random, beat))) }
}

const rawBytes: Maker = (random, { token }) => {
  const head = `POST /cgi-bin/school/living/get_unwatch_stat_v2?access_token=${token} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n{}{}`
  return { method: 'GET', path: '(bytes)', bytes: damaged(random, random.chance(0.1) ? Buffer.alloc(300, random.below(256)) : head) }
}

/** Each kind of request, and how often it is made. */
const makers: readonly (readonly [weight: number, maker: Maker])[] = [
  [30, call], [6, cursor], [12, consoleForm], [4, upload], [14, page], [18, hook], [14, heartbeat], [2, rawBytes],
] // biome-ignore format: weights

const eachAsOften = makers.flatMap(([weight, maker]) => Array<Maker>(weight).fill(maker))

export const anyRequest = (random: Random, known: Credentials): Attack | Promise<Attack> => random.pick(eachAsOften)(random, known)
