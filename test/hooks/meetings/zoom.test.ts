import assert from 'node:assert/strict'
import { onBoth } from '../../databases.ts'
import { hmacOf } from '../../openssl.ts'
import { code, meetingSchool } from './meeting.ts'

const secret = 'the Secret Token of the app'

/** What Zoom does, by OpenSSL instead of Node's crypto. */
const hmac = (text: string, by = secret) => hmacOf(by, text)
const signed = (body: string, timestamp: number, by = secret) => ({
  'content-type': 'application/json; charset=utf-8',
  'x-zm-request-timestamp': String(timestamp),
  'x-zm-signature': `v0=${hmac(`v0:${timestamp}:${body}`, by)}`,
})
const iso = (at: number) => new Date(at * 1000).toISOString().replace('.000', '')

type Who = { user_id: string; user_name: string; id?: string; email?: string; customer_key?: string }
const host_id = 'x8uNDeJwQJyCS2g7ZkR1Xg'

async function lesson(database: Parameters<typeof meetingSchool>[0]) {
  const made = await meetingSchool(database, 'zoom', secret)
  const { school, send } = made
  const event = (name: string, more: object = {}) => {
    const object = {
      id: Number(code),
      uuid: '4444AAAiAAAAAiAiAiiAii==',
      host_id,
      topic: '家长会',
      type: 2,
      duration: 60,
      timezone: 'Asia/Shanghai',
    }
    return JSON.stringify({ event: name, event_ts: school.clock.now * 1000, payload: { account_id: 'a', object: { ...object, ...more } } })
  }
  const joined = (who: Who, at: number) => event('meeting.participant_joined', { participant: { ...who, join_time: iso(at) } })
  const left = (who: Who, at: number) => event('meeting.participant_left', { participant: { ...who, leave_time: iso(at) } })
  const tell = (body: string) => send(body, signed(body, school.clock.now))
  return { ...made, event, joined, left, tell }
}

onBoth('Zoom: the URL is validated with the HMAC of the token, and never signs what could be the text of an event', async (database) => {
  await using made = await lesson(database)
  const { school, send, tell } = made
  const asked = (plainToken: string) =>
    JSON.stringify({ payload: { plainToken }, event_ts: 1654503849680, event: 'endpoint.url_validation' })
  const plainToken = 'qgg8vlvZRS6UYooatFL8Aw'
  const { status, text } = await tell(asked(plainToken))
  assert.deepEqual([status, JSON.parse(text)], [200, { plainToken, encryptedToken: hmac(plainToken) }])
  assert.equal((await send(asked(plainToken))).status, 403, 'not signed')
  assert.equal((await tell(asked(`v0:${school.clock.now}:{"event":"meeting.ended"}`))).status, 400)
})

onBoth('Zoom: only a signature over body and time is accepted, for five minutes', async (database) => {
  await using made = await lesson(database)
  const { school, start, send, joined, watched } = made
  school.clock.now = start + 1000
  const body = joined({ user_id: '1', user_name: 'wu' }, start)
  const at = (timestamp: number, by = secret, text = body) => send(text, signed(body, timestamp, by))
  assert.equal((await at(school.clock.now - 301)).status, 403)
  assert.equal((await at(school.clock.now + 301)).status, 403)
  assert.equal((await at(school.clock.now, 'another')).status, 403)
  assert.equal((await at(school.clock.now, secret, `${body} `)).status, 403)
  const signature = signed(body, school.clock.now)
  assert.equal((await send(body, { ...signature, 'x-zm-request-timestamp': String(school.clock.now + 1) })).status, 403)
  assert.deepEqual(await watched(), [])
  assert.deepEqual(await at(school.clock.now - 299), { status: 200, text: '{}' })
  assert.deepEqual(await watched(), [['wu', 0]])
})

onBoth('Zoom: joins and leaves become stays, whoever they are known by, and the host is no viewer', async (database) => {
  await using made = await lesson(database)
  const { school, start, event, joined, left, tell, watched } = made
  school.clock.now = start + 3000
  const li = { user_id: '16778240', user_name: 'Li Lei', customer_key: 'li' }
  const wu = { user_id: '16779264', user_name: 'wu', email: 'WU@example.com' }
  const guest = { user_id: '16780288', user_name: '奶奶', email: '' }
  const told = [
    event('meeting.started', { start_time: iso(start - 60) }),
    joined({ user_id: '1', user_name: 'li', id: host_id }, start - 60),
    joined(li, start + 10),
    left(li, start + 100),
    // Zoom gives another user_id to whoever joins again
    joined({ ...li, user_id: '16781312' }, start + 200),
    left({ ...li, user_id: '16781312' }, start + 300),
    joined(wu, start + 5),
    // into a breakout room and back
    left(wu, start + 65),
    event('meeting.participant_joined_breakout_room', { breakout_room_uuid: 'b', participant: { ...wu, join_time: iso(start + 70) } }),
    event('meeting.participant_left_breakout_room', { breakout_room_uuid: 'b', participant: { ...wu, leave_time: iso(start + 170) } }),
    joined(guest, start),
    left(guest, start + 20),
    event('meeting.participant_jbh_waiting', { participant: { user_name: 'han' } }),
  ]
  const outcome = [
    ['li', 190],
    ['wu', 160],
    ['奶奶', 20],
  ]
  for (const body of [...told, ...told.toReversed()]) assert.equal((await tell(body)).status, 200)
  assert.deepEqual(await watched(), outcome)
})
