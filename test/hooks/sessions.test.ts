import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onBoth } from '../databases.ts'
import { reserve } from '../livings.ts'
import { streamed } from './streamed.ts'

/** Whoever is connected while no event comes, and whose end is never reported. */
const form = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString()

onBoth('the seconds of who plays grow while no event comes, also for who was there before the stream', async (database) => {
  const { school, livingid, key, link, send, watched, settle } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string) =>
    send({ action, client_id, stream: livingid, param, service_id: 'run' })
  clock.now -= 60
  await event('on_play', 'a', `?link=${link('li')}`)
  clock.now += 60
  await event('on_publish', 'p', `?key=${key}`)
  clock.now += 300
  await settle()
  assert.deepEqual(await watched(), [['li', 300]])
  assert.deepEqual(await school.unwatched(livingid), ['li_mum/li', 'wu', 'wu_dad/wu'])
  clock.now += 60
  await event('on_stop', 'a', `?link=${link('li')}`)
  clock.now += 600
  await settle()
  assert.deepEqual(await watched(), [['li', 360]])
})

onBoth('who had left an HLS stream before the living began is not ticked, although SRS said so late', async (database) => {
  const { school, livingid, key, link, send, settle } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  const hls = (action: string) =>
    send({ action, client_id: 'a', stream: `${livingid}.m3u8`, param: `?hls_ctx=a&link=${link('li')}`, service_id: 'run' })
  clock.now -= 100
  await hls('on_play')
  clock.now += 100
  await send({ action: 'on_publish', client_id: 'p', stream: livingid, param: `?key=${key}`, service_id: 'run' })
  clock.now += 15
  await settle()
  await hls('on_stop')
  assert.ok((await school.unwatched(livingid)).includes('li'))
  // and is ticked like anybody when coming back
  clock.now += 30
  await hls('on_play')
  assert.ok(!(await school.unwatched(livingid)).includes('li'))
})

onBoth('a server that was started again and keeps silent about the connections of before has ended them', async (database) => {
  const { school, livingid, key, link, send, watched, settle } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string, service_id: string) =>
    send({ action, client_id, stream: livingid, param, service_id })
  await event('on_publish', 'p', `?key=${key}`, 'one')
  await event('on_play', 'a', `?link=${link('li')}`, 'one')
  clock.now += 50
  await event('on_play', 'b', `?link=${link('wu')}`, 'one')
  clock.now += 200
  await settle()
  await event('on_publish', 'q', `?key=${key}`, 'two')
  clock.now += 300
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 50],
    ['wu', 0],
  ])
})

onBoth('a streaming server that lists its connections is believed: who is not on the list left when last seen there', async (database) => {
  let connected: string[] | undefined = ['a', 'b', 'p']
  const srs = createServer((_request, response) => {
    if (!connected) return void response.writeHead(500).end()
    response.end(JSON.stringify({ code: 0, clients: connected.map((id) => ({ id })) }))
  })
  await new Promise<void>((resolve) => srs.listen(0, '127.0.0.1', resolve))
  const api = `http://127.0.0.1:${(srs.address() as AddressInfo).port}`
  const { school, livingid, key, link, send, watched, settle } = await streamed(database, 'srs', undefined, { api })
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string) =>
    send({ action, client_id, stream: livingid, param, service_id: 'run' })
  await event('on_publish', 'p', `?key=${key}`)
  await event('on_play', 'a', `?link=${link('li')}`)
  await event('on_play', 'b', `?link=${link('wu')}`)
  clock.now += 100
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 100],
    ['wu', 100],
  ])
  connected = ['a']
  clock.now += 30
  await settle()
  connected = undefined
  clock.now += 200
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 130],
    ['wu', 100],
  ])
  connected = ['a']
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 330],
    ['wu', 100],
  ])
  srs.close()
})

onBoth('MediaMTX: only reading and publishing are let in, and readers without an id are told apart by their links', async (database) => {
  const { school, livingid, key, link, send, watched } = await streamed(database, 'mediamtx')
  await using _ = school
  const { clock } = school
  for (const action of ['api', 'metrics', 'pprof', 'playback', 'unheard of', ''])
    assert.equal((await send({ action, path: '', query: '', protocol: '' })).status, 401)
  assert.equal((await send({ action: 'publish', path: livingid, id: 'p', query: '', password: 'wrong' })).status, 401)
  assert.equal((await send({ action: 'publish', path: livingid, id: 'p', query: '', password: key })).status, 200)
  const read = (who: string) => send({ action: 'read', path: livingid, protocol: 'hls', id: null, query: `link=${link(who)}` })
  await read('li')
  await read('wu')
  clock.now += 20
  await read('li')
  clock.now += 600
  await read('li')
  assert.deepEqual(await watched(), [
    ['li', 20],
    ['wu', 0],
  ])
})

onBoth('BigBlueButton: events that are delivered twice and late change nothing', async (database) => {
  const { school, livingid, send, watched } = await streamed(database, 'bigbluebutton', 's3cret')
  await using _ = school
  await school.client.ours.start({ livingid })
  const user = { 'internal-user-id': 'w', 'external-user-id': 'li' }
  const meeting = { 'external-meeting-id': livingid, 'internal-meeting-id': 'm' }
  const tell = (id: string, at: number) =>
    send(form({ event: JSON.stringify([{ data: { id, attributes: { meeting, user }, event: { ts: at * 1000 } } }]) }), {
      authorization: 'Bearer s3cret',
    })
  const t = school.clock.now
  school.clock.now += 200
  await tell('user-joined', t + 10)
  await tell('user-left', t + 30)
  await tell('user-joined', t + 100)
  // delivered once more, and late
  await tell('user-joined', t + 10)
  await tell('user-left', t + 30)
  await tell('user-left', t + 120)
  assert.deepEqual(await watched(), [['li', 40]])
})

onBoth('MediaMTX: nobody reads HLS without a link, with a made-up one, or with that of another living', async (database) => {
  const { school, livingid, link, send } = await streamed(database, 'mediamtx')
  await using _ = school
  const other = await reserve(school, ['3A'])
  const read = async (path: string, query: string) => (await send({ action: 'read', path, protocol: 'hls', id: null, query })).status
  assert.equal(await read(livingid, ''), 401)
  assert.equal(await read(livingid, 'link=made.up.link'), 401)
  assert.equal(await read(other, `link=${link('li')}`), 401)
  assert.equal(await read(livingid, `link=${link('li')}`), 200)
})

onBoth('nginx: a client number that came to another student after a restart credits nobody else', async (database) => {
  const { school, livingid, link, send, watched } = await streamed(database, 'nginx-rtmp')
  await using _ = school
  const { clock } = school
  await school.client.ours.start({ livingid })
  const play = (call: string, who: string, more: object = {}) =>
    send(form({ call, name: livingid, clientid: '5', addr: '9.9.9.9', ...more, link: link(who) }))
  await play('play', 'li')
  clock.now += 30
  await play('update_play', 'li', { time: '30' })
  clock.now += 1500
  await play('play_done', 'wu')
  assert.deepEqual(await watched(), [
    ['li', 30],
    ['wu', 0],
  ])
})

onBoth('the events of a server that was started again, all at once, close what was before and nothing else', async (database) => {
  const { school, livingid, key, link, send, settle, watched } = await streamed(database, 'srs')
  await using _ = school
  const { clock } = school
  const event = (action: string, client_id: string, param: string, service_id: string) =>
    send({ action, client_id, stream: livingid, param, service_id })
  await event('on_publish', 'p', `?key=${key}`, 'one')
  await event('on_play', 'a', `?link=${link('li')}`, 'one')
  clock.now += 100
  await event('on_hls', 'p', `?key=${key}`, 'one')
  clock.now += 20
  await Promise.all([
    event('on_publish', 'q', `?key=${key}`, 'two'),
    ...Array.from({ length: 20 }, (_each, no) => event('on_play', `b${no}`, `?link=${link('wu')}`, 'two')),
  ])
  clock.now += 3600
  await event('on_hls', 'q', `?key=${key}`, 'two')
  await settle()
  assert.deepEqual(await watched(), [
    ['li', 100],
    ['wu', 3600],
  ])
})

onBoth('BigBlueButton: the end of a meeting that is delivered again does not end the next one', async (database) => {
  const { school, livingid, send, watched } = await streamed(database, 'bigbluebutton', 's3cret')
  await using _ = school
  const t = school.clock.now
  const tell = (id: string, at: number, meeting: string) => {
    const user = { 'internal-user-id': 'w', 'external-user-id': 'li' }
    const attributes = { user, meeting: { 'external-meeting-id': livingid, 'internal-meeting-id': meeting } }
    return send(form({ event: JSON.stringify([{ data: { id, attributes, event: { ts: at * 1000 } } }]) }), {
      authorization: 'Bearer s3cret',
    })
  }
  school.clock.now += 1200
  await tell('meeting-created', t, 'm1')
  await tell('meeting-ended', t + 50, 'm1')
  await tell('meeting-created', t + 90, 'm2')
  await tell('user-joined', t + 100, 'm2')
  await tell('meeting-ended', t + 50, 'm1')
  await tell('user-left', t + 1045, 'm2')
  assert.deepEqual(await watched(), [['li', 945]])
})
