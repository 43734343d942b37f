import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { AccessToken } from 'livekit-server-sdk'
import { addHook } from '../../src/hooks/hook.ts'
import { type Database, onBoth } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { meetingEvents, meetingSecrets, signedEvent, signers } from './meetings/signed.ts'

/** Whatever a streaming server or a player sends is taken or refused, and is never a fault of the server. */

const secrets: Record<string, string> = { ...meetingSecrets, livekit: 'APIkey:a secret of thirty-two characters', bigbluebutton: 's3cret' }

async function withHook(database: Database, kind: string) {
  const school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } } })
  // LiveKit's SDK signs with the real clock
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await reserve(school, ['3A'])
  const secret = secrets[kind]
  const { url } = await addHook(
    school.db,
    school.secrets,
    { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base, ...(secret && { secret }) },
    school.clock.now,
  )
  const { links } = await school.client.ours.links({ livingid, viewers: [{ student_userid: 'li' }] })
  return { school, url, livingid, link: links[0]?.link ?? '' }
}

/** Values of every type, and texts and numbers that a database or a parser may choke on. */
const hostile = (livingid: string, link: string): unknown[] => [
  ...[null, true, [], {}, [[]], [null], { toString: 1 }, { valueOf: null }, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 63, -(2 ** 63)],
  ...[
    '',
    '\0',
    'a\0b',
    `${livingid}\0`,
    `li\0`,
    '\ud800',
    '\udc00x',
    '👩‍👧',
    'li li_mum',
    'li_mum/li',
    '/',
    'x'.repeat(2600),
    '%00',
    '%',
    "' or 1=1 --",
  ],
  ...['NaN', 'Infinity', '-1', '1e308', '-1e308', '99999999999999999999', '0x10', '1.5', livingid, link, `${link}\0`, 'a.b.c', '{"a":'],
]

/** `like` with each of its fields, at any depth, replaced by each of the values. */
function* mutated(like: unknown, values: readonly unknown[]): Generator<unknown> {
  yield* values
  if (typeof like !== 'object' || like === null) return
  for (const [name, value] of Object.entries(like))
    for (const other of mutated(value, values)) yield Array.isArray(like) ? [other] : { ...like, [name]: other }
}

const form = (fields: unknown) =>
  typeof fields === 'object' && fields !== null
    ? Object.entries(fields)
        .map(([name, value]) => `${name}=${encodeURIComponent(text(value))}`)
        .join('&')
    : text(fields)
const text = (value: unknown) => (typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? ''))

type Kind = {
  readonly kind: string
  /** events as the server sends them */
  readonly events: (livingid: string, link: string, now: number) => object[]
  readonly body: (event: unknown) => string
  readonly query?: string
  readonly headers?: (body: string) => Promise<Record<string, string>>
}

const kinds: Kind[] = [
  {
    kind: 'nginx-rtmp',
    events: (name, link) =>
      ['play', 'update_play', 'play_done', 'publish', 'publish_done'].map((call) => ({
        call,
        name,
        clientid: '1',
        addr: '10.0.0.1',
        time: '30',
        link,
      })),
    body: form,
  },
  {
    kind: 'srs',
    events: (stream, link) =>
      ['on_play', 'on_stop', 'on_publish', 'on_unpublish'].map((action) => ({
        action,
        client_id: 'a',
        stream,
        stream_url: '',
        param: `?link=${link}`,
      })),
    body: JSON.stringify,
  },
  {
    kind: 'mediamtx',
    events: (path, link) =>
      ['read', 'publish'].map((action) => ({ action, path, id: 'x', query: `link=${link}`, token: '', password: link })),
    body: JSON.stringify,
  },
  ...['unread', 'unpublish'].map((event) => ({
    kind: 'mediamtx',
    query: `&event=${event}`,
    events: (path: string, link: string) => [{ path, id: 'x', query: `link=${link}` }],
    body: form,
  })),
  {
    kind: 'livekit',
    events: (name, link, now) =>
      ['room_started', 'participant_joined', 'participant_left', 'room_finished'].flatMap((event) =>
        ['li_mum/li', link].map((identity) => ({
          event,
          createdAt: now,
          room: { name },
          participant: { sid: `PA_${identity.length}`, identity, joinedAt: String(now - 5), kind: 'STANDARD' },
        })),
      ),
    body: JSON.stringify,
    headers: async (body) => {
      const [key, secret] = (secrets.livekit as string).split(':')
      const token = new AccessToken(key, secret)
      token.sha256 = createHash('sha256').update(body).digest('base64')
      return { authorization: await token.toJwt() }
    },
  },
  {
    kind: 'bigbluebutton',
    events: (id, _link, now) =>
      ['meeting-created', 'user-joined', 'user-left', 'meeting-ended'].map((what) => ({
        data: {
          id: what,
          attributes: {
            meeting: { 'external-meeting-id': id, 'internal-meeting-id': 'm'.repeat(54) },
            user: { 'internal-user-id': 'w_1', 'external-user-id': 'li' },
          },
          event: { ts: now * 1000 },
        },
      })),
    body: (event) => form({ event: JSON.stringify([event]), domain: 'bbb' }),
    headers: async () => ({ authorization: `Bearer ${secrets.bigbluebutton}` }),
  },
]

const post = async (url: string, body: string, headers = {}) => (await fetch(url, { method: 'POST', body, headers })).status

/** Headers of any characters in the place of a signature. */
const unsigned = (headers: Readonly<Record<string, string>>) =>
  ['é'.repeat(20), '\xff'.repeat(13), 'x'.repeat(5000), 'v0='].flatMap((text) =>
    Object.keys(headers).map((name) => ({ ...headers, [name]: Buffer.from(text).toString('latin1') })),
  )

/** How many events of a kind were refused so far, as /metrics says. */
async function refusals(school: Awaited<ReturnType<typeof makeSchool>>, kind: string): Promise<number> {
  const text = await (await fetch(`${school.base}/metrics`)).text()
  return Number(new RegExp(`rollcall_hook_refused_total\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
}

/** Calls `send` with each of the items, 20 at a time. Returns the items for which it did not answer one of `expected`. */
async function notAnswered<T>(items: readonly T[], expected: readonly number[], send: (item: T) => Promise<number>) {
  const found: { item: T; status: number }[] = []
  for (let from = 0; from < items.length; from += 20)
    await Promise.all(
      items.slice(from, from + 20).map(async (item) => {
        const status = await send(item)
        if (!expected.includes(status)) found.push({ item, status })
      }),
    )
  return found
}

const allowed = [200, 400, 401, 403, 413]

for (const { kind, query = '', events, body, headers } of kinds)
  onBoth(
    `${kind}${query}: whatever stands in any field of a report, the answer is a refusal or a success, and never a fault`,
    async (database) => {
      const { school, url, livingid, link } = await withHook(database, kind)
      await using _ = school
      const values = hostile(livingid, link)
      const bodies = events(livingid, link, school.clock.now).flatMap((event) =>
        [event, ...mutated(event, values)].map((each) => body(each) ?? ''),
      )
      assert.ok(bodies.length > 100)
      const send = async (each: string) => post(url + query, each, await headers?.(each))
      assert.deepEqual(await notAnswered(bodies, allowed, send), [])
      assert.deepEqual(
        await notAnswered(
          ['', '\0', '[]', '{', 'a&'.repeat(1500), '='.repeat(3000), 'event=null', 'event=[null]', 'event={}'],
          allowed,
          send,
        ),
        [],
      )
    },
  )

for (const kind of Object.keys(signers))
  onBoth(
    `${kind}: whatever stands in any field of a signed event, the answer is a refusal or a success, and never a fault`,
    async (database) => {
      const { school, url, livingid, link } = await withHook(database, kind)
      await using _ = school
      const { now } = school.clock
      const values = hostile(livingid, link)
      const events = meetingEvents[kind]?.(livingid, now).flatMap((event) => [event, ...mutated(event, values)]) ?? []
      assert.ok(events.length > 100)
      const send = async (event: unknown) => {
        const { body, headers } = signedEvent(kind, event, now)
        return post(url, body, headers)
      }
      assert.deepEqual(await notAnswered(events, allowed, send), [])
      const bodies = ['', '\0', '[]', '{', 'null', '{"data":1}', '{"data":"\\u0000"}', '['.repeat(5000)]
      assert.deepEqual(await notAnswered(bodies, [400, 403, 413], (body) => post(url, body)), [])
      const before = await refusals(school, kind)
      const { body, headers } = signedEvent(kind, {}, now)
      const altered = Object.entries(headers).map(([name, value]) => ({ ...headers, [name]: `${value}0` }))
      // ClassIn signs in the body
      if (altered.length)
        assert.deepEqual(await notAnswered([{}, ...altered, ...unsigned(headers)], [403], (each) => post(url, body, each)), [])
      assert.equal(await post(url, kind === 'classin' ? body.replace('SafeKey":"', 'SafeKey":"0') : '{"data":""}'), 403)
      assert.ok((await refusals(school, kind)) > before, 'refusals are counted')
    },
  )

onBoth('a signature or a checksum of any characters is refused', async (database) => {
  for (const kind of ['livekit', 'bigbluebutton']) {
    const { school, url } = await withHook(database, kind)
    await using _ = school
    for (const text of ['', 'é'.repeat(7), '\xff'.repeat(13), 'a.b.c', 'Bearer é3cret', `Bearer ${'x'.repeat(5000)}`])
      assert.equal(await post(url, 'event=[]', { authorization: text }), 403, text)
    for (const checksum of ['é'.repeat(40), 'é'.repeat(20), 'x'.repeat(64), '%00'.repeat(40), '%'])
      assert.ok(
        [400, 403].includes(await post(`${url}&checksum=${checksum.includes('%') ? checksum : encodeURI(checksum)}`, 'event=[]')),
        checksum,
      )
  }
})

onBoth('whatever stands in a heartbeat, the answer is a refusal or a success, and never a fault', async (database) => {
  const { school, livingid, link } = await withHook(database, 'srs')
  await using _ = school
  const beats = [
    { link, stay: 'abc', replay: 1, from: 0, to: 15 },
    { link, stay: 'abd', seconds: 15, age: 3 },
  ]
  const bodies = beats.flatMap((beat) => [...mutated(beat, hostile(livingid, link))]).map((each) => JSON.stringify(each) ?? '')
  assert.deepEqual(await notAnswered(bodies, [200, 204, 400, 403, 429], (body) => post(`${school.base}/v1/heartbeat`, body)), [])
})
