import assert from 'node:assert/strict'
import { streamWork } from '../../src/hooks/timed.ts'
import { serving } from '../../src/serving.ts'
import { onBoth } from '../databases.ts'
import { form, publisher, statusOf, timesOf } from './publisher.ts'
import { streamed } from './streamed.ts'

/** What servers report of streams in other orders than they happened, or not at all. Each living here is planned for the next hour. */

onBoth('who was let in may leave with a link that was replaced, and the stream may end with such a key', async (database) => {
  const stage = await streamed(database, 'srs')
  const { school, livingid, key, link, send, settle, watched } = stage
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string) =>
    send({ action, client_id, stream: livingid, param, service_id: 'run' })
  await event('on_publish', 'p', `?key=${key}`)
  await event('on_play', 'a', `?link=${link('li')}`)
  await school.client.ours.links({ livingid, rotate: 1 })
  clock.now += 610
  await event('on_stop', 'a', `?link=${link('li')}`)
  clock.now += 3000
  const went = clock.now
  await event('on_unpublish', 'p', `?key=${key}`)
  clock.now += 200
  await settle()
  assert.deepEqual(await watched(), [['li', 610]])
  assert.equal((await timesOf(stage)).end_time, went)
})

onBoth('a second publisher whom SRS refuses does not end the stream of the first', async (database) => {
  const stage = await streamed(database, 'srs')
  const { school, livingid, key, send, settle } = stage
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string) =>
    send({ action, client_id, stream: livingid, param: `?key=${key}`, service_id: 'run' })
  await event('on_publish', 'first')
  clock.now += 600
  await event('on_publish', 'second')
  await event('on_unpublish', 'second')
  clock.now += 2
  await event('on_hls', 'first')
  clock.now += 3600
  await event('on_hls', 'first')
  await settle()
  assert.equal(await statusOf(stage), 1)
})

onBoth(
  'MediaMTX: a teacher who reconnects goes on, although the end of the old connection is reported after the new one',
  async (database) => {
    const stage = await streamed(database, 'mediamtx')
    const { school, livingid, key, url, send, settle } = stage
    await using _ = school
    const { clock } = school
    const script = (event: string, id: string) => send(form({ path: livingid, id }), {}, `${url}&event=${event}`)
    await send({ action: 'publish', path: livingid, id: 'auth1', query: `key=${key}` })
    await script('publish', 's1')
    clock.now += 600
    await send({ action: 'publish', path: livingid, id: 'auth2', query: `key=${key}` })
    await script('unpublish', 's1')
    await script('publish', 's2')
    clock.now += 3600
    await settle()
    assert.equal(await statusOf(stage), 1)
    const went = clock.now
    await script('unpublish', 's2')
    clock.now += 200
    await settle()
    assert.equal((await timesOf(stage)).end_time, went)
  },
)

onBoth('viewers who stay connected to SRS count on after the stream has reopened the living', async (database) => {
  const stage = await streamed(database, 'srs')
  const { school, livingid, key, link, send, settle, watched } = stage
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string) =>
    send({ action, client_id, stream: livingid, param, service_id: 'run' })
  await event('on_publish', 'p', `?key=${key}`)
  await event('on_play', 'a', `?link=${link('li')}`)
  clock.now += 3500
  await event('on_unpublish', 'p', `?key=${key}`)
  clock.now += 300
  await settle()
  assert.equal(await statusOf(stage), 2)
  await event('on_publish', 'q', `?key=${key}`)
  clock.now += 600
  await event('on_stop', 'a', `?link=${link('li')}`)
  assert.deepEqual(await watched(), [['li', 4400]])
})

onBoth('a camera test just before the start does not end the living that somebody starts by hand', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle, livingid } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  clock.now -= 1000
  await tell('publish')
  clock.now += 940
  await tell('publish_done')
  clock.now += 60
  await school.client.ours.start({ livingid })
  clock.now += 3601
  await settle()
  assert.equal(await statusOf(stage), 1)
})

onBoth('a stream whose server was killed for good does not keep its living running', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  await tell('publish')
  clock.now += 30
  await tell('update_publish', { time: '30' })
  const killed = clock.now
  const served = await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 })
  const work = streamWork(
    served,
    () => clock.now,
    120,
    (error) => assert.fail(String(error)),
  )
  for (let second = 0; second < 3700; second += 100) {
    clock.now += 100
    await work(clock.now)
  }
  assert.equal(await statusOf(stage), 2)
  assert.equal((await timesOf(stage)).end_time, killed)
})
