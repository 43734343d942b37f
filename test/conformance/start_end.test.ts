import assert from 'node:assert/strict'
import { settleAll } from '../../src/living/life.ts'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, reserve, startAt, watchedBy } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** Start and end, calls of Rollcall's own: a living is reserved, then live, then ended; or it expires or is cancelled. */

const plan = { classes: { '3A': { li: [], wu: [] } } }
/** Seconds after the planned end at which the server expires or ends a living by itself. */
const grace = 1800

const status = async (school: School, livingid: string) => (await school.client.livingGetLivingInfo({ livingid })).living_info.status

onBoth('a living starts and ends now, or at an earlier time that the call names', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const [first, second] = [await reserve(school, ['3A']), await reserve(school, ['3A'], { living_start: now + 86_400 })]
  assert.equal(await status(school, first), 0)
  assert.equal((await school.client.ours.start({ livingid: first })).start_time, now)
  assert.equal(await status(school, first), 1)
  school.clock.now += 60
  const { start_time, end_time } = await school.client.ours.end({ livingid: first })
  assert.deepEqual([start_time, end_time, await status(school, first)], [now, now + 60, 2])
  // before the planned start
  assert.equal((await startAt(school, now - 5, second)).start_time, now - 5)
  assert.equal((await endAt(school, now, second)).end_time, now)
})

onBoth('a start or end more than 300 seconds in the future is refused, and so are milliseconds', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const { now } = school.clock
  await refused(startAt(school, now + 301, livingid), 40058, /at: .*future/)
  await refused(startAt(school, now * 1000, livingid), 40058, /at/)
  await startAt(school, now + 300, livingid) // 300 seconds are allowed for a clock that is fast
  await startAt(school, now - 100, livingid)
  await refused(endAt(school, now + 301, livingid), 40058, /at: .*future/)
})

onBoth('a living that has not started cannot end', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  await refused(endAt(school, school.clock.now, livingid), 92006)
  await refused(school.client.ours.end({ livingid }), 92006)
})

onBoth('repeating a start or an end changes nothing', async (database) => {
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

onBoth('a start or end with another time corrects the time, even after the end, and updates who has watched', async (database) => {
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

onBoth('correcting the end does not add students who joined after the first end was reported', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const { now } = school.clock
  school.clock.now += 1000
  await endAt(school, now + 500)
  await enrolled(school, 'he', ['3A'])
  await endAt(school, now + 900)
  await enrolled(school, 'ma', ['3A'])
  assert.deepEqual(await school.unwatched(), ['li', 'wu'])
})

onBoth('a living that was never started expires 1800 seconds (the grace) after its planned end', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const over = school.clock.now + 3600 + grace
  school.clock.now = over - 1
  assert.equal(await status(school, livingid), 0)
  school.clock.now = over
  assert.equal(await status(school, livingid), 3)
  await refused(endAt(school, over, livingid), 92006)
})

onBoth('a living that nobody ends is ended after its planned end, or start + duration if later, plus the grace', async (database) => {
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

onBoth('the timed work ends and expires overdue livings, and later roster changes do not alter them', async (database) => {
  // a database of its own: the livings of other schools would be overdue too, and one run does not end all of them
  await using school = await makeSchool({ ...database }, plan)
  const [never, live] = [await reserve(school, ['3A']), await reserve(school, ['3A'])]
  await startAt(school, school.clock.now, live)
  school.clock.now += 3600 + grace
  await settleAll(school.db, school.clock.now, { endGrace: grace, presenceStarts: true })
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await school.unwatched(live), ['li', 'wu'])
  assert.deepEqual([await status(school, never), await status(school, live)], [3, 2])
})

onBoth('a cancelled living cannot be started or ended, and accepts no presence', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  await school.client.livingCancel({ livingid })
  await refused(school.client.ours.start({ livingid }), 92006)
  await refused(school.client.ours.end({ livingid }), 92006)
  await refused(school.watch('li', 5, {}, livingid), 92006)
})
