import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import type { School } from '../world.ts'
import { streamed } from './streamed.ts'

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
  await school.client.ours.links({ livingid, viewers: [{ student_userid: 'wu' }], play_url: 'https://cdn.example/live/x.m3u8' })
  const page = await fetch(`${school.base}/watch/${link('wu')}`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /data-play-url="https:\/\/cdn\.example\/live\/x\.m3u8"/)
  assert.equal((await fetch(`${school.base}/watch/nonsense`)).status, 403)
  const script = await fetch(`${school.base}/heartbeat.js`)
  assert.ok((await script.text()).length < 9000)
})
