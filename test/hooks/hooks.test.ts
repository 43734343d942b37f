import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { AccessToken } from 'livekit-server-sdk'
import { addHook } from '../../src/hooks/hook.ts'
import { endGoneStreams } from '../../src/hooks/take.ts'
import { serving } from '../../src/serving.ts'
import { type Database, onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { reserve } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'

const classes = { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }
type Sent = { status: number; text: string }

/**
 * Creates a school with a reserved living, a hook for a streaming server of this kind, and a link for every viewer.
 *
 * @returns `send` posts a report to the hook; `link` returns a viewer's link; `watched` lists who watched and for how many seconds;
 * `settle` runs the timed work that ends livings whose stream has been gone for 120 seconds
 */
async function streamed(database: Database, kind: string, secret?: string) {
  const school = await makeSchool(database, { classes })
  const livingid = await reserve(school, ['3A'])
  const { url } = await addHook(
    school.db,
    school.secrets,
    { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base, ...(secret && { secret }) },
    school.clock.now,
  )
  const { links } = await school.client.ours.links({ livingid })
  const link = (who: string) => {
    const [first, second] = who.split('/')
    return (
      links.find((each) => (second === undefined ? each.student_userid === first && !each.parent_userid : each.parent_userid === first))
        ?.link ?? ''
    )
  }
  const send = async (body: string | object, headers: Record<string, string> = {}, to = url): Promise<Sent> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(to, { method: 'POST', body: text, headers })
    return { status: response.status, text: await response.text() }
  }
  const watched = async () => {
    const { stat_info } = await school.client.getWatchStatV2({ livingid })
    return [...stat_info.students, ...stat_info.parents].map(({ student_userid, watch_time }) => [student_userid, watch_time])
  }
  const settle = async () =>
    endGoneStreams(await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }), school.clock.now, 120)
  return { school, livingid, url, link, send, watched, settle }
}

const form = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString()
const status = async (school: School, livingid: string) => (await school.client.livingGetLivingInfo({ livingid })).living_info.status

onBoth(
  'nginx-rtmp: publish starts the living, links say who plays, and the living ends 120 seconds after the stream is gone',
  async (database) => {
    const { school, livingid, link, send, watched, settle } = await streamed(database, 'nginx-rtmp')
    await using _ = school
    const { clock } = school
    assert.equal((await send(form({ call: 'publish', name: livingid, clientid: '1', addr: '10.0.0.1' }))).status, 200)
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
    await send(form({ call: 'publish_done', name: livingid }))
    clock.now += 60
    await send(form({ call: 'publish', name: livingid }))
    clock.now += 600
    await settle()
    assert.equal(await status(school, livingid), 1)
    // a viewer is still connected when the stream ends for good
    await send(player('play', '9', 'wu_dad/wu'))
    clock.now += 20
    await send(form({ call: 'publish_done', name: livingid }))
    const gone = clock.now
    clock.now += 121
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
  const { school, livingid, link, send, watched } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  assert.deepEqual(await send({ action: 'on_publish', stream: livingid }), { status: 200, text: '{"code":0}' })
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
  const event = (name: string, more: object = {}) =>
    JSON.stringify({ event: name, id: crypto.randomUUID(), createdAt: String(clock.now), room: { name: livingid }, ...more })
  const tell = async (body: string) => send(body, await signed(body))
  assert.equal((await tell(event('room_started'))).status, 200)
  assert.equal(await status(school, livingid), 1)
  const li = (name: string, sid: string, joinedAt: number, at: number) =>
    event(name, { createdAt: String(at), participant: { sid, identity: 'li', joinedAt: String(joinedAt), kind: 'STANDARD' } })
  const t = clock.now
  clock.now += 50
  const left = li('participant_left', 'PA_1', t + 5, t + 45)
  await tell(left)
  await tell(li('participant_joined', 'PA_1', t + 5, t + 5))
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
  const { school, livingid, link, send, watched } = await streamed(database, 'mediamtx')
  await using _ = school
  await send({ action: 'publish', path: livingid, id: 'p' })
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
  assert.equal((await send(read('unread', 'x'))).status, 200)
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

onBoth('a link is invalid after its expiry, after its viewer’s links were ended, and after a new signing key', async (database) => {
  const { school, livingid, link } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const beat = async (with_: string, more: object = {}) =>
    (await fetch(`${school.base}/v1/heartbeat`, { method: 'POST', body: JSON.stringify({ link: with_, stay: 'abc', ...more }) })).status
  assert.equal(await beat(link('li')), 204)
  assert.equal(await beat(`${link('li').slice(0, -4)}AAAA`), 403)
  assert.equal(await beat(link('li'), { stay: 'no spaces' }), 400)
  await school.client.ours.links({ livingid, viewers: [{ student_userid: 'li' }], end: 1 })
  assert.equal(await beat(link('li')), 403)
  assert.equal(await beat(link('wu')), 204)
  school.clock.now += 2
  const { links } = await school.client.ours.links({
    livingid,
    viewers: [{ student_userid: 'li' }, { student_userid: 'who' }],
    expires_in: 60,
  })
  assert.equal(await beat(links[0]?.link ?? ''), 204)
  school.clock.now += 61
  assert.equal(await beat(links[0]?.link ?? ''), 403)
  await school.client.ours.links({ livingid, rotate: 1 })
  assert.equal(await beat(link('wu')), 403)
})

const beatBy =
  (school: Pick<School, 'base'>, link: string) =>
  async (stay: string, at = school.base) =>
    (await fetch(`${at}/v1/heartbeat`, { method: 'POST', body: JSON.stringify({ link, stay }) })).status

onBoth('heartbeats more than 45 seconds apart are two stays, and what lies between them is not watched', async (database) => {
  const { school, livingid, link, watched } = await streamed(database, 'srs')
  await using _ = school
  await using other = await anotherServer(school)
  await school.client.ours.start({ livingid })
  const beat = beatBy(school, link('wu'))
  const passes = (seconds: number) => {
    school.clock.now += seconds
  }
  assert.equal(await beat('one'), 204)
  passes(45)
  assert.equal(await beat('one'), 204)
  passes(2281)
  assert.equal(await beat('one'), 204)
  assert.deepEqual(await watched(), [['wu', 45]])
  // the heartbeats of one visit reach two servers in turn
  for (const server of [other, school, other, school, other]) {
    passes(30)
    assert.equal(await beat('one', server.base), 204)
  }
  assert.deepEqual(await watched(), [['wu', 195]])
  const { timeline } = await school.client.ours.report({ livingid, student_userid: 'wu', timeline: 1 })
  assert.equal(timeline.length, 2)
})

onBoth('a viewer may send one heartbeat a second and 20 at once, and the others are refused and counted', async (database) => {
  const { school, livingid, link } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const refusedBefore = await refusedBeats(school, 'rate')
  const beat = beatBy(school, link('wu'))
  const statuses = await Promise.all(Array.from({ length: 100 }, (_, index) => beat(`visit${index}`)))
  assert.equal(statuses.filter((status) => status === 204).length, 20)
  assert.equal(statuses.filter((status) => status === 429).length, 80)
  assert.equal((await refusedBeats(school, 'rate')) - refusedBefore, 80)
  assert.equal(await beatBy(school, link('li'))('visit'), 204, 'another viewer is not concerned')
  school.clock.now += 2
  assert.deepEqual([await beat('a'), await beat('a'), await beat('a')], [204, 204, 429])
})

onBoth('heartbeats write 500 stays of a viewer in one living, and further stays are refused and counted', async (database) => {
  const { school, livingid, link } = await streamed(database, 'srs')
  await using _ = school
  await using other = await anotherServer(school)
  await school.client.ours.start({ livingid })
  const refusedBefore = await refusedBeats(school, 'stays')
  const beat = beatBy(school, link('wu'))
  let taken = 0
  for (let round = 0; round < 26; round++) {
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => beat(`visit${round}-${index}`)))
    taken += statuses.filter((status) => status === 204).length
    school.clock.now += 20
  }
  assert.equal(taken, 500)
  assert.equal((await refusedBeats(school, 'stays')) - refusedBefore, 20)
  assert.equal(await beat('another', other.base), 429, 'the number holds across servers')
  assert.equal(await beat('visit24-0'), 204, 'a stay goes on')
})

/** How many heartbeats the server has refused for this reason. */
async function refusedBeats(school: School, reason: string): Promise<number> {
  const metrics = await (await fetch(`${school.base}/metrics`)).text()
  return Number(new RegExp(`rollcall_heartbeat_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0)
}

onBoth('a link that names another algorithm is refused like any bad link', async (database) => {
  const { school, livingid, url, link, send } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const [, claims, signature] = link('wu').split('.')
  for (const head of [
    { alg: 'ES999' },
    { alg: 'none' },
    { alg: 'RS256' },
    { alg: 1 },
    {},
    { alg: 'HS256', crit: ['x'], x: 1 },
    { alg: 'HS256', b64: false, crit: ['b64'] },
  ]) {
    const forged = `${Buffer.from(JSON.stringify(head)).toString('base64url')}.${claims}.${signature}`
    assert.equal(await beatBy(school, forged)('visit'), 403, JSON.stringify(head))
    assert.equal((await fetch(`${school.base}/watch/${forged}`)).status, 403)
    const played = await send({ action: 'on_play', client_id: 'a', stream: livingid, param: `?link=${forged}` }, {}, url)
    assert.deepEqual(played, { status: 200, text: '{"code":403}' })
  }
})

onBoth('heartbeats make one stay, a replay is recorded as one, and the watch page plays the given address', async (database) => {
  const { school, livingid, link, watched } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const beat = (stay: string, replay = 0, position: object = {}) =>
    fetch(`${school.base}/v1/heartbeat`, { method: 'POST', body: JSON.stringify({ link: link('wu'), stay, replay, ...position }) })
  await beat('one')
  school.clock.now += 15
  await beat('one')
  await beat('two', 1, { from: 60, to: 75 })
  await beat('two', 1, { from: 60, to: 90 })
  const { timeline } = await school.client.ours.report({ livingid, student_userid: 'wu', timeline: 1 })
  assert.deepEqual(
    timeline.map(({ replay, media_from, media_to }) => [replay, media_from, media_to]),
    [
      [0, undefined, undefined],
      [1, 60, 90],
    ],
  )
  assert.deepEqual(await watched(), [['wu', 15]])
  assert.equal((await fetch(`${school.base}/watch/${link('wu')}`)).status, 404)
  await school.client.ours.links({ livingid, viewers: [{ student_userid: 'wu' }], play_url: 'https://cdn.example/live/x.m3u8' })
  const page = await fetch(`${school.base}/watch/${link('wu')}`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /data-source="https:\/\/cdn\.example\/live\/x\.m3u8"/)
  assert.equal((await fetch(`${school.base}/watch/nonsense`)).status, 403)
  const script = await fetch(`${school.base}/heartbeat.js`)
  assert.ok((await script.text()).length < 3000)
})
