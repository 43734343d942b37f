import assert from 'node:assert/strict'
import { addHook } from '../../src/hooks/hook.ts'
import { loadLiving } from '../../src/living/living.ts'
import type { Living } from '../../src/living/store.ts'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, reserve, startAt } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** What starts, ends, revives and reopens a living besides a call that says so. */

const plan = { classes: { '3A': { li: [], wu: [] }, '3B': {} } }
const grace = 1800

const timesOf = async (school: School, livingid: string) => {
  await school.client.getUnwatchStatV2({ livingid })
  const { state, start_time, end_time, ended_by } = (await loadLiving(school.db, school.corp_no, livingid)) as Living
  return { state, start_time, end_time, ended_by }
}

onBoth('presence that overlaps the planned time starts a living, at its planned start', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'], { living_start: now + 600 })
  school.clock.now = now + 500
  await school.watch('li', now + 500, { leave_time: now + 550 }, livingid)
  assert.equal((await timesOf(school, livingid)).state, 0, 'a stay before the planned start starts nothing')
  school.clock.now = now + 700
  await school.watch('wu', now + 550, { leave_time: now + 650 }, livingid)
  assert.deepEqual(await timesOf(school, livingid), { state: 1, start_time: now + 600, end_time: null, ended_by: null })
  assert.deepEqual(await school.unwatched(livingid), ['li'])
})

onBoth('two reports of one stay that overlap the planned time only together start the living', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'], { living_start: now + 600, living_duration: 100 })
  school.clock.now = now + 800
  await school.watch('li', now + 500, { stay_id: 'one' }, livingid)
  await school.watch('li', now + 750, { stay_id: 'one' }, livingid)
  assert.equal((await timesOf(school, livingid)).start_time, now + 600)
})

onBoth('a replay starts nothing, and a living to which nobody came expires', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  await school.watch('li', now, { replay: 1 }, livingid)
  school.clock.now = now + 3600 + grace
  assert.deepEqual(await timesOf(school, livingid), { state: 3, start_time: null, end_time: null, ended_by: null })
})

onBoth('presence reported late revives a living that has expired: it was held after all', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  school.clock.now = now + 3600 + grace
  assert.equal((await timesOf(school, livingid)).state, 3)
  school.clock.now += 10
  await enrolled(school, 'he', ['3A'])
  await school.watch('li', now + 100, { leave_time: now + 1100 }, livingid)
  const times = await timesOf(school, livingid)
  assert.deepEqual([times.state, times.start_time, times.end_time], [2, now, now + 3600 + grace])
  assert.deepEqual(await school.unwatched(livingid), ['wu'])
})

onBoth('a start revives a living that has expired, and a lesson of the past is recorded with past times', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const past = await reserve(school, ['3A'], { living_start: now - 86_400 })
  await startAt(school, now - 86_400, past)
  await endAt(school, now - 86_400 + 3000, past)
  await school.watch('li', now - 86_400 + 10, { leave_time: now - 86_400 + 2000 }, past)
  assert.deepEqual(await school.unwatched(past), ['wu'])
  assert.deepEqual(await timesOf(school, past), {
    state: 2,
    start_time: now - 86_400,
    end_time: now - 86_400 + 3000,
    ended_by: 'call',
  })
  // the roster of when the end was reported, since the register was opened after the end: nobody who joins later is on it
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await school.unwatched(past), ['wu'])
})

onBoth('a living that overruns goes on while anybody is seen, and ends at the last moment anybody was there', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  await startAt(school, now, livingid)
  const due = now + 3600 + grace
  school.clock.now = due - 60
  await school.watch('li', now, { leave_time: due - 60 }, livingid)
  school.clock.now = due + 100
  assert.equal((await timesOf(school, livingid)).state, 1)
  await school.watch('wu', due + 100, { leave_time: due + 100 }, livingid)
  school.clock.now = due + 390
  assert.equal((await timesOf(school, livingid)).state, 1)
  school.clock.now = due + 401
  // the second in which wu was seen belongs to the living
  assert.deepEqual(await timesOf(school, livingid), { state: 2, start_time: now, end_time: due + 101, ended_by: 'clock' })
  assert.deepEqual(await school.unwatched(livingid), [])
})

onBoth('a living ends four hours after its planned end whoever is there', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  await startAt(school, now, livingid)
  const latest = now + 3600 + 4 * 3600
  for (school.clock.now = now + 3600; school.clock.now < latest; school.clock.now += 240)
    await school.watch('li', now, { stay_id: 'one', leave_time: school.clock.now }, livingid)
  const last = school.clock.now - 240
  school.clock.now = latest - 1
  assert.equal((await timesOf(school, livingid)).state, 1)
  school.clock.now = latest
  assert.deepEqual(await timesOf(school, livingid), { state: 2, start_time: now, end_time: last, ended_by: 'clock' })
})

onBoth('a running living is extended, and ends by the planned end it has then', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  await refused(school.client.ours.extend({ livingid, until: now + 7200 }), 92006)
  await startAt(school, now, livingid)
  school.clock.now = now + 1000
  await refused(school.client.ours.extend({ livingid, until: now + 1000 }), 40058, /until/)
  assert.equal((await school.client.ours.extend({ livingid, until: now + 7200 })).planned_end, now + 7200)
  school.clock.now = now + 7200 + grace - 1
  assert.equal((await timesOf(school, livingid)).state, 1)
  school.clock.now++
  assert.equal((await timesOf(school, livingid)).end_time, now + 7200 + grace)
})

onBoth('what somebody ended is reopened only when that is asked for, until the planned end and the grace', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'])
  await startAt(school, now, livingid)
  school.clock.now = now + 1000
  await endAt(school, now + 900, livingid)
  await enrolled(school, 'he', ['3A'])
  await school.client.updateStudent({ student_userid: 'wu', department: [school.classIds['3B'] as number] })
  assert.deepEqual(await school.unwatched(livingid), ['li', 'wu'])
  assert.equal((await school.client.ours.start({ livingid })).end_time, now + 900, 'a start without a time changes nothing')
  assert.equal((await school.client.ours.start({ livingid, reopen: 1 })).end_time, undefined)
  assert.equal((await timesOf(school, livingid)).state, 1)
  // its register follows the roster again
  assert.deepEqual(await school.unwatched(livingid), ['he', 'li'])
  await enrolled(school, 'ma', ['3A'])
  assert.deepEqual(await school.unwatched(livingid), ['he', 'li', 'ma'])
  await endAt(school, now + 1000, livingid)
  school.clock.now = now + 3600 + grace
  await refused(school.client.ours.start({ livingid, reopen: 1 }), 92006, /reopen/)
})

onBoth('a stream that is published for a living that somebody has ended is not cut, and the living stays ended', async (database) => {
  await using school = await makeSchool(database, plan)
  const { clock, corp_no, base, app } = school
  const livingid = await reserve(school, ['3A'])
  const { url } = await addHook(school.db, school.secrets, { corp_no, agentid: app.agentid, kind: 'nginx-rtmp', base }, clock.now)
  const { publish: name = '' } = await school.client.ours.links({ livingid, publish: 1 })
  const publish = async () => {
    const body = `${new URLSearchParams({ call: 'publish', name: livingid, clientid: '1', addr: '10.0.0.1' })}&${name.split('?')[1]}`
    return (await fetch(url, { method: 'POST', body })).status
  }
  assert.equal(await publish(), 200)
  clock.now += 60
  assert.equal(await publish(), 200, 'a stream that comes back')
  const { end_time } = await school.client.ours.end({ livingid })
  clock.now += 60
  assert.equal(await publish(), 200)
  assert.deepEqual((await timesOf(school, livingid)).end_time, end_time)
})
