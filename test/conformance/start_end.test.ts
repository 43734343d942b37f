import assert from 'node:assert/strict'
import { settleAll } from '../../src/living/life.ts'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, reserve, startAt, watchedBy } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** Ours: a living's life, reserved → live → ended, expired or cancelled. */

const plan = { classes: { '3A': { li: [], wu: [] } } }
const grace = 1800

const status = async (school: School, livingid: string) => (await school.client.livingGetLivingInfo({ livingid })).living_info.status

onBoth('a living starts and ends now, or at a time up to now', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const [first, second] = [await reserve(school, ['3A']), await reserve(school, ['3A'], { living_start: now + 86_400 })]
  assert.equal(await status(school, first), 0)
  assert.equal((await school.client.ours.start({ livingid: first })).start_time, now)
  assert.equal(await status(school, first), 1)
  school.clock.now += 60
  const { start_time, end_time } = await school.client.ours.end({ livingid: first })
  assert.deepEqual([start_time, end_time, await status(school, first)], [now, now + 60, 2])
  // earlier than planned
  assert.equal((await startAt(school, now - 5, second)).start_time, now - 5)
  assert.equal((await endAt(school, now, second)).end_time, now)
})

onBoth('a start or an end in the future is refused, and so are milliseconds', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const { now } = school.clock
  await refused(startAt(school, now + 301, livingid), 40058, /at: .*future/)
  await refused(startAt(school, now * 1000, livingid), 40058, /at/)
  await startAt(school, now + 300, livingid) // a clock a little fast
  await startAt(school, now - 100, livingid)
  await refused(endAt(school, now + 301, livingid), 40058, /at: .*future/)
})

onBoth('a living that has not started cannot end', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  await refused(endAt(school, school.clock.now, livingid), 92006)
  await refused(school.client.ours.end({ livingid }), 92006)
})

onBoth('the same call again changes nothing', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const first = await school.client.ours.start({ livingid })
  school.clock.now += 60
  assert.deepEqual(await school.client.ours.start({ livingid }), first)
  const ended = await school.client.ours.end({ livingid })
  school.clock.now += 60
  assert.deepEqual(await school.client.ours.end({ livingid }), ended)
  assert.equal((await school.client.ours.start({ livingid })).end_time, ended.end_time)
})

onBoth('another at corrects the time, after the end too, and the ticks follow', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const { now } = school.clock
  school.clock.now += 1000
  await school.watch('li', now - 50)
  await school.watch('wu', now + 500)
  assert.deepEqual(await watchedBy(school), ['wu'])
  await startAt(school, now - 50)
  assert.deepEqual(await watchedBy(school), ['li', 'wu'])
  await endAt(school, now + 400)
  assert.deepEqual(await school.unwatched(), ['wu'])
  await startAt(school, now)
  await endAt(school, now + 600)
  assert.deepEqual(await school.unwatched(), ['li'])
  await refused(endAt(school, now), 40058, /after the start/)
  await refused(startAt(school, now + 600), 40058, /before the end/)
})

onBoth('a correction after the end leaves the register as the first end froze it', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const { now } = school.clock
  school.clock.now += 1000
  await endAt(school, now + 500)
  await enrolled(school, 'he', ['3A'])
  await endAt(school, now + 900)
  await enrolled(school, 'ma', ['3A'])
  assert.deepEqual(await school.unwatched(), ['li', 'wu'])
})

onBoth('a living never started expires at its planned end and the grace', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const over = school.clock.now + 3600 + grace
  school.clock.now = over - 1
  assert.equal(await status(school, livingid), 0)
  school.clock.now = over
  assert.equal(await status(school, livingid), 3)
  await refused(startAt(school, over - 100, livingid), 92006)
  await refused(endAt(school, over, livingid), 92006)
})

onBoth('a living never ended ends by itself, at the later of planned end and start + duration, and the grace', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const [early, late] = [await reserve(school, ['3A'], { living_start: now + 600 }), await reserve(school, ['3A'])]
  await startAt(school, now, early)
  school.clock.now += 900
  await startAt(school, now + 900, late)
  school.clock.now = now + 900 + 3600 + grace
  assert.equal((await school.client.ours.end({ livingid: early })).end_time, now + 600 + 3600 + grace)
  assert.equal((await school.client.ours.end({ livingid: late })).end_time, now + 900 + 3600 + grace)
})

onBoth('what is over ends though nobody asks, and the register is frozen from then', async (database) => {
  // alone: those of others would be over too, and not all are ended at once
  await using school = await makeSchool({ ...database }, plan)
  const [never, live] = [await reserve(school, ['3A']), await reserve(school, ['3A'])]
  await startAt(school, school.clock.now, live)
  school.clock.now += 3600 + grace
  await settleAll(school.db, school.clock.now, grace)
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await school.unwatched(live), ['li', 'wu'])
  assert.deepEqual([await status(school, never), await status(school, live)], [3, 2])
})

onBoth('a cancelled living neither starts nor takes presence', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  await school.client.livingCancel({ livingid })
  await refused(school.client.ours.start({ livingid }), 92006)
  await refused(school.client.ours.end({ livingid }), 92006)
  await refused(school.watch('li', 5, {}, livingid), 92006)
})
