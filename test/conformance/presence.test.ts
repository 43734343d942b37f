import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, linesOf, reserve, startAt, watchedBy } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/**
 * Reports of presence, a call of Rollcall's own: whose stays are accepted and what is refused. For when a stay counts as watching, see
 * presence_times.test.ts.
 */

const plan = { classes: { '3A': { li: ['li_mum'] }, '3B': { wu: ['wu_dad'] } }, living: ['3A'] }

const report = (school: School, stays: unknown, livingid = school.living) => school.client.ours.presence({ livingid, stays } as never)

onBoth('the answer counts accepted stays, including those of visitors, and lists unknown viewers', async (database) => {
  await using school = await makeSchool(database, plan)
  const enter_time = school.clock.now
  const { accepted, visitors, unknown } = await report(school, [
    { student_userid: 'LI', enter_time },
    { student_userid: 'li', parent_userid: 'Li_Mum', enter_time },
    { student_userid: 'nobody', enter_time },
    { student_userid: 'Nobody', enter_time: enter_time - 1 },
    { student_userid: 'li', parent_userid: 'wu_dad', enter_time },
    { student_userid: 'li_mum', enter_time },
    { nickname: '访客', visitor_id: 'v1', enter_time },
    { nickname: '访客', visitor_id: 'v1', enter_time: enter_time - 5 },
  ])
  assert.deepEqual([accepted, visitors], [4, 2])
  const ids = unknown.map(({ student_userid, parent_userid = '' }) => `${parent_userid}/${student_userid}`.toLowerCase())
  assert.deepEqual(ids.sort(), ['/li_mum', '/nobody', 'wu_dad/li'])
  assert.deepEqual(await school.unwatched(), [])
})

onBoth('an outsider gets a line in the register and is never expected', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('wu')
  await school.watch('wu_dad/wu', school.clock.now - 60)
  const line = { partyids: [school.classIds['3B']], in_range: 0, is_subscribe: 1, excused: null }
  const outsiders = (await linesOf(school)).filter(({ who }) => who.endsWith('wu'))
  assert.deepEqual(outsiders, [
    { who: 'wu', ...line, watched: 1 },
    { who: 'wu_dad/wu', ...line, watched: 0 },
  ])
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
})

onBoth('an outsider who watched and then joins the class counts as watched', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('wu')
  await school.client.updateStudent({ student_userid: 'wu', department: [school.classIds['3A'] as number] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li', 'wu_dad/wu'])
})

onBoth('a visitor gets a line with the nickname and is never expected', async (database) => {
  await using school = await makeSchool(database, plan)
  const enter_time = school.clock.now
  await report(school, [{ nickname: '访客"1"\\', visitor_id: 'v1', enter_time }])
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info.visitors.map((visitor) => visitor.nickname), ['访客"1"\\']) // biome-ignore format: easier to read on one line
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
})

onBoth('which of a visitor’s several nicknames is shown does not depend on the order of the reports', async (database) => {
  await using school = await makeSchool(database, plan)
  const enter_time = school.clock.now
  const names = ['ab', 'ab!', 'ab"', '\u{1f600}', '\uff5e', 'Ab']
  const shown = async (batches: readonly (readonly string[])[]) => {
    const livingid = await school.startLiving([])
    for (const batch of batches)
      await report(
        school,
        batch.map((nickname) => ({ nickname, visitor_id: 'v1', enter_time })),
        livingid,
      )
    return (await linesOf(school, livingid)).map((line) => line.who)
  }
  const together = await shown([names])
  assert.equal(together.length, 1)
  for (const split of [names.map((name) => [name]), names.toReversed().map((name) => [name]), [names.slice(0, 2), names.slice(2)]])
    assert.deepEqual(await shown(split), together)
})

onBoth('one report has at most 10,000 stays', async (database) => {
  await using school = await makeSchool(database, plan)
  const enter_time = school.clock.now - 10_000
  const stays = Array.from({ length: 10_000 }, (_, index) => ({ student_userid: 'li', enter_time: enter_time + index }))
  assert.equal((await report(school, stays)).accepted, 10_000)
  await refused(report(school, [...stays, stays[0]]), 40058, /stays/)
  for (const none of [[], undefined, {}]) await refused(report(school, none), 40058, /stays/)
})

onBoth('one invalid stay refuses the whole report, and the error names its index and field', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const good = { student_userid: 'li', enter_time: now }
  const bad: [string, object][] = [
    ['leave_time', { ...good, leave_time: now - 1 }],
    ['enter_time', { ...good, enter_time: now + 301 }],
    ['leave_time', { ...good, leave_time: now + 301 }],
    ['enter_time', { ...good, enter_time: now * 1000 }],
    ['leave_time', { ...good, leave_time: now * 1000 }],
    ['enter_time', { ...good, enter_time: 1.5 }],
    ['enter_time', { ...good, enter_time: -1 }],
    ['enter_time', { student_userid: 'li' }],
    ['student_userid', { enter_time: now }],
    ['student_userid', { ...good, student_userid: 'x'.repeat(65) }],
    ['stay_id', { ...good, stay_id: '' }],
    ['stay_id', { ...good, stay_id: 'x'.repeat(65) }],
    ['is_comment', { ...good, is_comment: 2 }],
    ['replay', { ...good, replay: 'x' }],
    ['visitor_id', { nickname: 'x', enter_time: now }],
    ['nickname', { nickname: 'x'.repeat(65), visitor_id: 'v', enter_time: now }],
  ]
  for (const [field, stay] of bad) await refused(report(school, [good, stay]), 40058, new RegExp(`stays\\[1\\]\\.${field}`))
  assert.deepEqual(await watchedBy(school), [])
  assert.equal((await report(school, [{ ...good, enter_time: now + 300, leave_time: now + 300 }])).accepted, 1)
})

onBoth('presence is accepted before, during and after a living, and for an expired one', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  const { now } = school.clock
  await school.watch('li', now, {}, livingid)
  await startAt(school, now, livingid)
  await endAt(school, now + 100, livingid)
  await school.watch('li_mum/li', now + 99, {}, livingid)
  assert.deepEqual(await school.unwatched(livingid), [])
  const expired = await reserve(school, ['3A'])
  school.clock.now += 3600 + 1800
  assert.equal((await report(school, [{ student_userid: 'li', enter_time: now - 1 }], expired)).accepted, 1)
})

onBoth('a userid that is renamed or deleted after a report of it is unknown to the next report', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  assert.deepEqual((await school.watch('li', now)).unknown, [])
  assert.deepEqual((await school.watch('wu_dad/wu', now)).unknown, [])
  const other = await school.startLiving(['3A'])
  await school.client.updateStudent({ student_userid: 'li', new_student_userid: 'lee' })
  await school.client.deleteParent({ userid: 'wu_dad' })
  assert.deepEqual((await school.watch('li', now)).unknown, [{ student_userid: 'li' }])
  assert.deepEqual((await school.watch('wu_dad/wu', now, {}, other)).unknown, [{ student_userid: 'wu', parent_userid: 'wu_dad' }])
})

onBoth('a student who joins the class after the end can be reported as watched, and is not expected', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  await endAt(school, now + 100)
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual((await school.watch('he', now)).unknown, [])
  assert.deepEqual(await watchedBy(school), ['he'])
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
})

onBoth('stays of an unknown student are dropped, and can be reported again once the student exists', async (database) => {
  await using school = await makeSchool(database, plan)
  assert.deepEqual((await school.watch('he')).unknown, [{ student_userid: 'he' }])
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await watchedBy(school), [])
  assert.deepEqual((await school.watch('he')).unknown, [])
  assert.deepEqual(await watchedBy(school), ['he'])
})
