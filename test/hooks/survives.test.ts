import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, reserve } from '../livings.ts'
import { form, publisher, statusOf, timesOf } from './publisher.ts'
import { streamed } from './streamed.ts'

/** The living survives its stream. Each living here is planned for the next hour, and a stream may be gone for 120 s. */

onBoth('a camera test an hour before the living starts nothing, and the living starts with the next publish', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  clock.now -= 3600
  assert.equal(await tell('publish'), 200)
  clock.now += 8
  assert.equal(await tell('publish_done'), 200)
  clock.now += 600
  await settle()
  assert.equal(await statusOf(stage), 0)
  clock.now += 3600 - 608 - 300
  assert.equal(await tell('publish'), 200)
  assert.equal(await statusOf(stage), 1)
  assert.equal((await timesOf(stage)).start_time, clock.now)
})

onBoth('a stream that is published an hour before and goes on starts its living at the planned start', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle } = stage
  await using _ = school
  const { clock } = school
  const planned = clock.now
  const { tell } = publisher(stage)
  clock.now -= 3600
  assert.equal(await tell('publish'), 200)
  clock.now = planned - 60
  assert.equal(await tell('update_publish', { time: '3540' }), 200)
  await settle()
  assert.equal(await statusOf(stage), 0)
  clock.now = planned + 3
  await settle()
  assert.equal((await timesOf(stage)).start_time, planned)
})

onBoth('a publisher away for 140 seconds in the middle comes back to a living that runs', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle, link, send, livingid, watched } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  await tell('publish')
  const play = (call: string, more: object = {}) =>
    send(form({ call, name: livingid, clientid: '2', addr: '10.0.0.2', ...more, link: link('li') }))
  await play('play')
  clock.now += 720
  await tell('publish_done')
  clock.now += 140
  await settle()
  assert.equal(await statusOf(stage), 1)
  assert.equal(await publisher(stage, '7').tell('publish'), 200)
  clock.now += 100
  // the connection that broke off is noticed late
  await tell('publish_done')
  clock.now += 600
  await play('update_play', { time: String(720 + 140 + 700) })
  await settle()
  assert.equal(await statusOf(stage), 1)
  assert.deepEqual(await watched(), [['li', 1560]])
})

onBoth('a stream that goes before the planned end ends its living, once that has passed, at the moment it went', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  await tell('publish')
  clock.now += 3300
  const went = clock.now
  await tell('publish_done')
  clock.now += 250
  await settle()
  assert.equal(await statusOf(stage), 1)
  clock.now += 60
  await settle()
  assert.equal(await statusOf(stage), 2)
  assert.equal((await timesOf(stage)).end_time, went)
})

onBoth('the teacher’s stream is never refused for being late, and reopens what the clock had ended', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, settle } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  await tell('publish')
  clock.now += 3000
  await tell('publish_done')
  clock.now += 3600 + 1800
  await settle()
  assert.equal(await statusOf(stage), 2)
  assert.equal(await tell('publish'), 200)
  assert.equal(await statusOf(stage), 1)
  clock.now += 300
  assert.equal(await tell('update_publish', { time: '300' }), 200)
  // five hours after the planned end nothing is reopened, and nothing is cut
  clock.now += 5 * 3600
  await tell('publish_done')
  await settle()
  assert.equal(await tell('publish'), 200)
  assert.equal(await tell('update_publish', { time: '300' }), 200)
  assert.equal(await statusOf(stage), 2)
})

onBoth('a living that the teacher ended by hand stays ended, and the stream is not cut', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, livingid } = stage
  await using _ = school
  const { clock } = school
  const { tell } = publisher(stage)
  await tell('publish')
  clock.now += 600
  await endAt(school, clock.now, livingid)
  clock.now += 30
  assert.equal(await tell('update_publish', { time: '630' }), 200)
  assert.equal(await tell('publish'), 200)
  assert.equal(await statusOf(stage), 2)
})

onBoth('nobody publishes without the key of the living, with that of another, or with one that was replaced', async (database) => {
  const stage = await streamed(database, 'nginx-rtmp')
  const { school, key, livingid } = stage
  await using _ = school
  const { tell } = publisher(stage)
  const other = await reserve(school, ['3A'])
  const { publish = '' } = await school.client.ours.links({ livingid: other, publish: 1 })
  for (const wrong of ['', 'made up', publish.split('?key=')[1] ?? '', `${key}x`]) assert.equal(await tell('publish', { key: wrong }), 403)
  assert.equal(await statusOf(stage), 0)
  const metrics = await (await fetch(`${school.base}/metrics`)).text()
  assert.match(metrics, /rollcall_publish_refused_total\{kind="nginx-rtmp"\} [1-9]/)
  assert.equal(await tell('publish'), 200)
  // nor does anybody without the key end it
  school.clock.now += 3600
  await publisher(stage, '66').tell('publish_done', { key: 'made up' })
  school.clock.now += 300
  await stage.settle()
  assert.equal(await statusOf(stage), 1)
  const { publish: renewed } = await school.client.ours.links({ livingid, publish: 1, rotate: 1 })
  assert.notEqual(renewed, `${livingid}?key=${key}`)
  assert.equal(await tell('publish'), 403)
})

onBoth('a link of one living does not open the stream of another', async (database) => {
  const { school, link, send, watched } = await streamed(database, 'srs')
  await using _ = school
  const other = await reserve(school, ['3A'])
  const play = { action: 'on_play', client_id: 'a', stream: other, param: `?link=${link('li')}`, service_id: 'r' }
  assert.equal((await send(play)).text, '{"code":403}')
  assert.deepEqual(await watched(), [])
})

onBoth('what goes on already is never stopped by an update: not by a link that was revoked meanwhile', async (database) => {
  const { school, livingid, link, send, watched } = await streamed(database, 'nginx-rtmp')
  await using _ = school
  await school.client.ours.start({ livingid })
  const play = async (call: string, more: object = {}) =>
    (await send(form({ call, name: livingid, clientid: '2', addr: 'a', ...more, link: link('li') }))).status
  assert.equal(await play('play'), 200)
  await school.client.ours.links({ livingid, rotate: 1 })
  school.clock.now += 30
  assert.equal(await play('update_play', { time: '30' }), 200)
  assert.deepEqual(await watched(), [['li', 0]])
  assert.equal(await play('play'), 403)
})
