import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

const plan = {
  classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] }, '3B': { he: ['he_mum'], li: [] } },
  silent: ['he_mum'],
  living: ['3A', '3B'],
} as const

const reasons = async (school: School, ask: object = {}) => {
  const { lines } = await school.client.ours.report({ livingid: school.living, ...ask })
  return Object.fromEntries(
    lines.map(({ parent_userid, student_userid, name, reason }) => [parent_userid ?? student_userid ?? name, reason]),
  )
}

onBoth('every line of a report has a reason, and the counts match', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  school.clock.now += 900
  await school.watch('li', now, { leave_time: now + 600 })
  await school.watch('wu', now, { leave_time: now + 30 })
  await school.watch('wu_dad/wu', now, { replay: 1 })
  await school.client.ours.excuse({ livingid: school.living, viewers: [{ student_userid: 'he' }], reason: '病假', by: 'wang' })
  assert.deepEqual(await reasons(school, { min_seconds: 60 }), {
    li: 'watched',
    li_mum: 'never_came',
    wu: 'too_short',
    wu_dad: 'replay_only',
    he: 'excused',
    he_mum: 'not_subscribed',
  })
  const { counts, classes } = await school.client.ours.report({ livingid: school.living, min_percent: 10 })
  assert.deepEqual(counts, {
    in_range: 6,
    not_subscribed: 1,
    excused: 1,
    expected: 4,
    watched: 1,
    missing: 3,
    households: 2,
    households_missing: 1,
    outsiders: 0,
    visitors: 0,
  })
  assert.deepEqual(
    classes?.map(({ name, in_range, expected, missing }) => [name, in_range, expected, missing]),
    [
      ['3A', 4, 4, 3],
      ['3B', 4, 2, 1],
    ],
  )
})

onBoth("a viewer's timeline shows each stay and its source", async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  await school.watch('li', now, { leave_time: now + 5, stay_id: 'a' })
  await school.watch('li', now + 9, { stay_id: 'b', replay: 1 })
  const { timeline, lines } = await school.client.ours.report({ livingid: school.living, student_userid: 'LI', timeline: 1 })
  assert.deepEqual(
    lines.map((line) => line.parent_userid ?? line.student_userid),
    ['li', 'li_mum'],
  )
  assert.deepEqual(timeline, [
    { student_userid: 'li', stay_id: 'a', enter_time: now, leave_time: now + 5, is_comment: 0, replay: 0, source: 'api' },
    { student_userid: 'li', stay_id: 'b', enter_time: now + 9, leave_time: now + 9, is_comment: 0, replay: 1, source: 'api' },
  ])
})

onBoth('as_of shows the register as it was at a moment', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  await school.watch('li', now + 100, { leave_time: now + 200 })
  school.clock.now += 300
  await school.client.ours.subscriptions({ students: [{ student_userid: 'wu', is_subscribe: 0 }] })
  await school.client.createStudent({ student_userid: 'new', name: '新', department: [school.classIds['3A'] as number] })
  school.clock.now += 300
  assert.deepEqual(await reasons(school, { kind: 'student' }), {
    li: 'watched',
    wu: 'not_subscribed',
    he: 'never_came',
    new: 'not_subscribed',
  })
  const then = await reasons(school, { kind: 'student', as_of: now + 50 })
  assert.deepEqual(then, { li: 'never_came', wu: 'never_came', he: 'never_came' })
  assert.equal(
    (await school.client.ours.report({ livingid: school.living, as_of: now + 150 })).lines.find((line) => line.student_userid === 'li')
      ?.watch_time,
    50,
  )
})

onBoth('of several changes after the moment of as_of, the first one tells how the line stood', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  for (const [at, is_subscribe] of [
    [100, 0],
    [200, 1],
    [300, 0],
  ] as const) {
    school.clock.now = now + at
    await school.client.ours.subscriptions({ students: [{ student_userid: 'wu', is_subscribe }] })
  }
  school.clock.now = now + 400
  for (const [at, reason] of [
    [50, 'never_came'],
    [150, 'not_subscribed'],
    [250, 'never_came'],
    [350, 'not_subscribed'],
  ] as const)
    assert.equal((await reasons(school, { as_of: now + at })).wu, reason, `after ${at} seconds`)
})

onBoth('as_of knows nothing of a stay that began later, of the living or of the replay', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  school.clock.now = now + 300
  await school.watch('li', now + 100, { leave_time: now + 200 })
  await school.watch('wu', now + 100, { leave_time: now + 200, replay: 1 })
  const ask = { kind: 'student', as_of: now + 99 }
  assert.deepEqual(await reasons(school, ask), { li: 'never_came', wu: 'never_came', he: 'never_came' })
  assert.deepEqual(await reasons(school, { ...ask, as_of: now + 100 }), { li: 'watched', wu: 'replay_only', he: 'never_came' })
})

onBoth('a student who joined the class after the end is reported as joined_after and not as missing', async (database) => {
  await using school = await makeSchool(database, plan)
  school.clock.now += 60
  await school.client.ours.end({ livingid: school.living })
  await school.client.createStudent({ student_userid: 'late', name: '迟', department: [school.classIds['3A'] as number] })
  const before = await school.unwatched()
  assert.ok(!before.includes('late'))
  assert.equal((await reasons(school)).late, 'joined_after')
  assert.equal((await school.client.ours.report({ livingid: school.living })).counts?.in_range, 6)
})

onBoth('joined_after names only the parents who are still bound to the student', async (database) => {
  await using school = await makeSchool(database, plan)
  school.clock.now += 60
  await school.client.ours.end({ livingid: school.living })
  await school.client.createStudent({ student_userid: 'late', name: '迟', department: [school.classIds['3A'] as number] })
  const child = (student_userid: string) => ({ student_userid, relation: '妈妈' })
  await school.client.updateParent({ parent_userid: 'li_mum', children: [child('li'), child('late')] })
  await school.client.updateParent({ parent_userid: 'wu_dad', children: [child('wu'), child('late')] })
  await school.client.updateParent({ parent_userid: 'li_mum', children: [child('li')] })
  const { lines } = await school.client.ours.report({ livingid: school.living, reason: 'joined_after' })
  assert.deepEqual(
    lines.map((line) => line.parent_userid ?? line.student_userid),
    ['late', 'wu_dad'],
  )
})

onBoth('a student who leaves the class during the living is not expected, and keeps the line if watched', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  await school.watch('wu')
  await school.client.updateStudent({ student_userid: 'wu', department: [school.classIds['3B'] as number] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
  assert.equal((await reasons(school)).wu, 'left')
  assert.deepEqual(
    (await school.client.getWatchStatV2({ livingid: school.living })).stat_info.students.map((each) => each.student_userid),
    ['wu'],
  )
})

onBoth('the last page of a report says that it is the last, even when it is full', async (database) => {
  await using school = await makeSchool(database, plan)
  for (const [kind, rows] of [
    ['student', 3],
    ['household', 3],
  ] as const) {
    const page = await school.client.ours.report({ livingid: school.living, kind, limit: rows })
    assert.deepEqual([page.lines.length + page.households.length, page.has_more], [rows, 0], kind)
  }
})

onBoth('the pages of a report together are the whole report', async (database) => {
  await using school = await makeSchool(database, plan)
  for (const kind of [undefined, 'household']) {
    const ask = { livingid: school.living, ...(kind && { kind }) }
    const whole = await school.client.ours.report(ask)
    const found: unknown[] = []
    let cursor = '0'
    for (let more = 1; more; ) {
      const page = await school.client.ours.report({ ...ask, cursor, limit: 1 })
      found.push(...page.lines, ...page.households)
      more = page.has_more
      cursor = page.next_cursor
    }
    assert.deepEqual(found, [...whole.lines, ...whole.households])
  }
})
