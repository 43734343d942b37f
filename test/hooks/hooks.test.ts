import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { AccessToken } from 'livekit-server-sdk'
import { onBoth } from '../databases.ts'
import type { School } from '../world.ts'
import { streamed } from './streamed.ts'

const form = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString()
const status = async (school: School, livingid: string) => (await school.client.livingGetLivingInfo({ livingid })).living_info.status

onBoth(
  'nginx-rtmp: publish starts the living, links say who plays, and after its planned end the living ends when the stream is gone',
  async (database) => {
    const { school, livingid, key, link, send, watched, settle } = await streamed(database, 'nginx-rtmp')
    await using _ = school
    const { clock } = school
    assert.equal((await send(form({ call: 'publish', name: livingid, clientid: '1', addr: '10.0.0.1', key }))).status, 200)
    assert.equal(await status(school, livingid), 1)
    const player = (call: string, clientid: string, who: string, more: object = {}) =>
      form({ app: 'live', call, name: livingid, clientid, addr: '10.0.0.2', ...more, link: link(who) })
    assert.equal((await send(player('play', '2', 'li'))).status, 200)
    assert.equal((await send(form({ call: 'play', name: livingid, clientid: '3', addr: '10.0.0.3', link: 'made up' }))).status, 403)
    clock.now += 30
    await send(player('update_play', '2', 'li', { time: '30' }))
    assert.deepEqual(await watched(), [['li', 30]])
    clock.now += 10
    // nginx-rtmp reports the leave of a paused player twice (nginx-rtmp-module issue 318)
    await send(player('play_done', '2', 'li'))
    await send(player('play_done', '2', 'li'))
    // after a restart of nginx, the same clientid is another connection
    clock.now += 100
    await send(player('play', '2', 'li'))
    clock.now += 5
    await send(player('play_done', '2', 'li'))
    assert.deepEqual(await watched(), [['li', 45]])
    // the stream breaks off for a minute and comes back
    await send(form({ call: 'publish_done', name: livingid, clientid: '1', addr: '10.0.0.1', key }))
    clock.now += 60
    await send(form({ call: 'publish', name: livingid, clientid: '1', addr: '10.0.0.1', key }))
    clock.now += 600
    await settle()
    assert.equal(await status(school, livingid), 1)
    // a viewer is still connected when the stream ends for good, which the living does with it once its planned end has passed
    await send(player('play', '9', 'wu_dad/wu'))
    clock.now += 20
    await send(form({ call: 'publish_done', name: livingid, clientid: '1', addr: '10.0.0.1', key }))
    const gone = clock.now
    clock.now += 121
    await settle()
    assert.equal(await status(school, livingid), 1)
    clock.now += 3600
    await settle()
    assert.equal(await status(school, livingid), 2)
    assert.deepEqual(await watched(), [
      ['li', 45],
      ['wu', 20],
    ])
    const { living } = await school.client.ours.report({ livingid })
    assert.equal(living.end_time, gone)
  },
)

onBoth('SRS: the 120 seconds by which SRS reports an HLS stop late are subtracted, and a bad link gets code 403', async (database) => {
  const { school, livingid, key, link, send, watched } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  assert.deepEqual(await send({ action: 'on_publish', stream: livingid, param: `?key=${key}` }), { status: 200, text: '{"code":0}' })
  const viewer = (action: string, client_id: string, who: string) => ({
    action,
    client_id,
    stream: `${livingid}.m3u8`,
    param: `?hls_ctx=x&link=${link(who)}`,
  })
  assert.equal((await send(viewer('on_play', 'a', 'li'))).text, '{"code":0}')
  clock.now += 200
  await send(viewer('on_stop', 'a', 'li'))
  assert.deepEqual(await watched(), [['li', 80]])
  assert.equal((await send({ ...viewer('on_play', 'b', 'wu'), param: '?link=no' })).text, '{"code":403}')
  assert.equal((await send({ ...viewer('on_stop', '', 'wu') })).text, '{"code":0}')
  assert.deepEqual(await watched(), [['li', 80]])
})

onBoth('LiveKit: only a valid signature over the body is accepted; swapped and repeated events change nothing', async (database) => {
  const { school, livingid, send, watched, settle } = await streamed(database, 'livekit', 'APIkey:a secret of thirty-two characters')
  await using _ = school
  const { clock } = school
  const start = clock.now
  const signed = async (body: string, secret = 'a secret of thirty-two characters') => {
    const token = new AccessToken('APIkey', secret)
    token.sha256 = createHash('sha256').update(body).digest('base64')
    return { authorization: await token.toJwt(), 'content-type': 'application/webhook+json' }
  }
  // LiveKit's SDK signs with the real clock, so the school's clock is set to it
  clock.now = Math.floor(Date.now() / 1000)
  const shift = clock.now - start
  await school.client.livingModify({ livingid, living_start: clock.now })
  const event = (name: string, more: object = {}) =>
    JSON.stringify({ event: name, id: crypto.randomUUID(), createdAt: String(clock.now), room: { name: livingid }, ...more })
  const tell = async (body: string) => send(body, await signed(body))
  assert.equal((await tell(event('room_started'))).status, 200)
  assert.equal(await status(school, livingid), 0, 'a room that an early student opens starts nothing')
  assert.equal((await tell(event('track_published', { participant: { sid: 'PA_0', identity: 'wang', kind: 'STANDARD' } }))).status, 200)
  assert.equal(await status(school, livingid), 1)
  const li = (name: string, sid: string, joinedAt: number, at: number) =>
    event(name, { createdAt: String(at), participant: { sid, identity: 'li', joinedAt: String(joinedAt), kind: 'STANDARD' } })
  const t = clock.now
  clock.now += 50
  const left = li('participant_left', 'PA_1', t + 5, t + 45)
  await tell(left)
  await tell(li('participant_joined', 'PA_1', t + 5, t + 5))
  assert.deepEqual(await watched(), [['li', 40]])
  await tell(left)
  await tell(event('participant_joined', { participant: { sid: 'PA_2', identity: 'wu', joinedAt: t, kind: 'EGRESS' } }))
  await tell(
    event('participant_joined', { participant: { sid: 'PA_3', identity: 'li_mum/li', joinedAt: String(t + 10), kind: 'STANDARD' } }),
  )
  assert.deepEqual(await watched(), [
    ['li', 40],
    ['li', 0],
  ])
  await tell(event('room_finished'))
  clock.now += 200
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 40],
    ['li', 40],
  ])
  const forged = event('room_started')
  assert.equal((await send(forged, await signed(forged, 'another secret of thirty-two chars!'))).status, 403)
  assert.equal((await send(`${forged} `, await signed(forged))).status, 403)
  assert.ok(shift !== 0)
})

onBoth('MediaMTX: a reader without a link is refused with 401, and unread ends the stay', async (database) => {
  const { school, livingid, url, key, link, send, watched } = await streamed(database, 'mediamtx')
  await using _ = school
  await send({ action: 'publish', path: `live/${livingid}`, id: 'p', query: `key=${key}` })
  const read = (action: string, id: string) => ({
    action,
    path: livingid,
    protocol: 'hls',
    id,
    query: `link=${link('wu')}`,
    user: '',
    password: '',
  })
  assert.equal((await send({ ...read('read', 'x'), query: '' })).status, 401)
  assert.equal((await send(read('read', 'x'))).status, 200)
  school.clock.now += 15
  assert.equal((await send(form(read('', 'x')), {}, `${url}&event=unread`)).status, 200)
  assert.deepEqual(await watched(), [['wu', 15]])
})

onBoth('BigBlueButton: a wrong checksum is refused, and the end of the meeting ends all stays', async (database) => {
  const { school, livingid, url, send, watched, settle } = await streamed(database, 'bigbluebutton', 's3cret')
  await using _ = school
  const { clock } = school
  const start = clock.now
  const event = (id: string, at: number, user = '') => ({
    data: {
      id,
      attributes: {
        meeting: { 'external-meeting-id': livingid, 'internal-meeting-id': 'm' },
        user: { 'internal-user-id': `w_${user}`, 'external-user-id': user },
      },
      event: { ts: at * 1000 },
    },
  })
  const tell = (events: object[], secret = 's3cret') => {
    const body = form({ domain: 'bbb', event: JSON.stringify(events), timestamp: `${clock.now}000` })
    const checksum = createHash('sha1')
      .update(url + body + secret)
      .digest('hex')
    return send(body, {}, `${url}&checksum=${checksum}`)
  }
  assert.equal(
    (await tell([event('meeting-created', start), event('user-joined', start, 'li_mum/li'), event('user-joined', start + 5, 'li')])).status,
    200,
  )
  clock.now += 60
  await tell([event('user-left', start + 30, 'li')])
  await tell([event('meeting-ended', start + 50)])
  assert.equal((await tell([event('user-joined', start, 'wu')], 'wrong')).status, 403)
  clock.now += 121
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 25],
    ['li', 50],
  ])
})

onBoth('a hook URL with a wrong key, another kind or no key is refused', async (database) => {
  const { school, url, send } = await streamed(database, 'srs')
  await using _ = school
  assert.equal((await send({}, {}, `${url.slice(0, -6)}AAAAAA`)).status, 403)
  assert.equal((await send({}, {}, url.replace('/srs?', '/mediamtx?'))).status, 403)
  assert.equal((await send({}, {}, `${school.base}/v1/hooks/srs`)).status, 403)
  assert.equal((await send('not json')).status, 400)
})

onBoth('BigBlueButton: a viewer who leaves a meeting and joins it again has two stays', async (database) => {
  const { school, livingid, url, send, watched } = await streamed(database, 'bigbluebutton', 's3cret')
  await using _ = school
  await school.client.ours.start({ livingid })
  // as BigBlueButton makes them: a SHA-1 and a time in milliseconds
  const meeting = { 'external-meeting-id': livingid, 'internal-meeting-id': `${'0123456789'.repeat(4)}-1800000000000` }
  const tell = async (id: string, internal: string) => {
    const user = { 'internal-user-id': internal, 'external-user-id': 'li' }
    const event = JSON.stringify([{ data: { id, attributes: { meeting, user }, event: { ts: school.clock.now * 1000 } } }])
    assert.equal((await send(form({ event }), { authorization: 'Bearer s3cret' }, url)).status, 200)
  }
  for (const user of ['w_abcdefghijkl', 'w_mnopqrstuvwx']) {
    await tell('user-joined', user)
    school.clock.now += 60
    await tell('user-left', user)
    school.clock.now += 600
  }
  assert.deepEqual(await watched(), [['li', 120]])
})
