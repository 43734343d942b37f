import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import type { School } from '../world.ts'
import { streamed } from './streamed.ts'

/** Heartbeats that say for which seconds they stand. */

type Beat = { stay?: string; seconds?: unknown; age?: unknown; replay?: number; from?: number; to?: number }

const sender =
  (school: Pick<School, 'base'>, link: string) =>
  async (beat: Beat, at = school.base) => {
    const response = await fetch(`${at}/v1/heartbeat`, { method: 'POST', body: JSON.stringify({ link, stay: 'visit', ...beat }) })
    const text = await response.text()
    return { status: response.status, ...(text && (JSON.parse(text) as { living: string })) }
  }

onBoth('a heartbeat is credited with the seconds it says, and with 45 at most', async (database) => {
  const { school, livingid, link, watched } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const [wu, li] = [sender(school, link('wu')), sender(school, link('li'))]
  school.clock.now += 100
  assert.deepEqual(await wu({ seconds: 15 }), { status: 200, living: 'live' })
  assert.deepEqual(await watched(), [['wu', 15]])
  school.clock.now += 90
  await wu({ seconds: 90 })
  assert.deepEqual(await watched(), [['wu', 60]])
  await li({ seconds: 1e9 })
  assert.deepEqual(await watched(), [
    ['li', 45],
    ['wu', 60],
  ])
})

onBoth('two heartbeats 90 seconds apart that say nothing of seconds count nothing of the time between them', async (database) => {
  const { school, livingid, link, watched } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const beat = sender(school, link('wu'))
  assert.deepEqual(await beat({}), { status: 204 })
  school.clock.now += 90
  assert.deepEqual(await beat({}), { status: 204 })
  assert.deepEqual(await watched(), [['wu', 0]])
})

onBoth(
  'heartbeats that could not be sent are credited at their own times, whatever the order and however often they come',
  async (database) => {
    const { school, livingid, link, watched } = await streamed(database, 'srs')
    await using _ = school
    await using other = await anotherServer(school)
    await school.client.ours.start({ livingid })
    const beat = sender(school, link('wu'))
    school.clock.now += 600
    await beat({ seconds: 15, age: 0 })
    // 300 to 240 s ago in two heartbeats, the later one first, from two servers, and twice
    for (const at of [school.base, other.base, school.base]) {
      await beat({ seconds: 30, age: 240 }, at)
      await beat({ seconds: 30, age: 270 }, at)
    }
    assert.deepEqual(await watched(), [['wu', 75]])
    const { timeline } = await school.client.ours.report({ livingid, student_userid: 'wu', timeline: 1 })
    const start = school.clock.now - 600
    assert.deepEqual(
      timeline.map(({ enter_time, leave_time }) => [enter_time - start, leave_time - start]),
      [
        [300, 360],
        [585, 600],
      ],
    )
  },
)

onBoth('a late heartbeat is credited with no time outside of the living, and one older than two hours is refused', async (database) => {
  const { school, livingid, link, watched } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const beat = sender(school, link('wu'))
  school.clock.now += 60
  assert.equal((await beat({ seconds: 45, age: 200 })).status, 200)
  assert.deepEqual(await watched(), [])
  await beat({ seconds: 45, age: 50 })
  assert.deepEqual(await watched(), [['wu', 10]])
  school.clock.now += 100
  await school.client.ours.end({ livingid })
  school.clock.now += 3600
  assert.deepEqual(await beat({ stay: 'late', seconds: 40, age: 3580 }), { status: 200, living: 'ended' })
  assert.deepEqual(await beat({ stay: 'later', seconds: 40, age: 3620 }), { status: 200, living: 'ended' })
  const { lines } = await school.client.ours.report({ livingid })
  const line = lines.find(({ student_userid, parent_userid }) => student_userid === 'wu' && !parent_userid)
  assert.deepEqual([line?.reason, line?.watch_time, line?.leave_time], ['watched', 70, school.clock.now - 3600])
  assert.equal((await beat({ seconds: 15, age: 7201 })).status, 400)
  for (const wrong of [{ seconds: 0 }, { seconds: -5 }, { seconds: 'x' }, { seconds: null }, { seconds: 5, age: -1 }])
    assert.equal((await beat(wrong)).status, 400, JSON.stringify(wrong))
})

onBoth('the answer to a heartbeat says how the living stands', async (database) => {
  const { school, livingid, link } = await streamed(database, 'srs')
  await using _ = school
  const beat = sender(school, link('wu'))
  school.clock.now -= 100
  assert.deepEqual(await beat({ seconds: 5 }), { status: 200, living: 'reserved' })
  school.clock.now += 100
  await school.client.ours.start({ livingid })
  assert.deepEqual(await beat({ seconds: 5 }), { status: 200, living: 'live' })
  school.clock.now += 30
  await school.client.ours.end({ livingid })
  assert.deepEqual(await beat({ seconds: 5 }), { status: 200, living: 'ended' })
})

onBoth('a viewer whom the streaming server and the page report at once is counted once', async (database) => {
  const { school, livingid, url, link, send, watched } = await streamed(database, 'srs')
  await using _ = school
  await school.client.ours.start({ livingid })
  const begin = school.clock.now
  const session = { client_id: 'a', stream: livingid, stream_url: '', param: `?link=${link('wu')}` }
  assert.equal((await send({ action: 'on_play', ...session }, {}, url)).text, '{"code":0}')
  const beat = sender(school, link('wu'))
  for (let at = 15; at <= 90; at += 15) {
    school.clock.now = begin + at
    assert.equal((await beat({ seconds: 15 })).status, 200)
  }
  assert.equal((await send({ action: 'on_stop', ...session }, {}, url)).text, '{"code":0}')
  assert.deepEqual(await watched(), [['wu', 90]])
  const { timeline } = await school.client.ours.report({ livingid, student_userid: 'wu', timeline: 1 })
  assert.deepEqual(timeline.map(({ source }) => source).sort(), ['hls', 'srs'])
})
