import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, moved, reserve } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'

/** What the report says of viewers in the hard cases. */

const reasonsOf = async (school: School, livingid = school.living, asked: object = {}) => {
  const { lines } = await school.client.ours.report({ livingid, ...asked })
  return Object.fromEntries(
    lines.map(({ student_userid, parent_userid, name, reason }) => [
      parent_userid === undefined ? (student_userid ?? name) : `${parent_userid}/${student_userid}`,
      reason,
    ]),
  )
}

onBoth('whoever left before the start is said to have been there, and not to have never come', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [] } }, living: ['3A'] })
  const { now } = school.clock
  await school.watch('li', now - 300, { leave_time: now - 100 })
  assert.deepEqual(await reasonsOf(school), { li: 'left_before_start', wu: 'never_came' })
  const { counts } = await school.client.ours.report({ livingid: school.living })
  assert.equal(counts?.missing, 2)
})

onBoth('who came late and who left early is said in minutes', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [] } }, living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 3600
  await school.watch('li', now + 200, { leave_time: now + 3000 })
  await school.watch('wu', now - 10, { leave_time: now + 3600 })
  await endAt(school, now + 3600)
  const { lines } = await school.client.ours.report({ livingid: school.living })
  assert.deepEqual(
    lines.map(({ came_late, left_early }) => [came_late, left_early]),
    [
      [3, 10],
      [undefined, undefined],
    ],
  )
})

onBoth('whoever joined in the middle is judged from then on, and the line says when that was', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 800
  await enrolled(school, 'he', ['3A'])
  await school.watch('he', now + 800, { leave_time: now + 900 })
  await school.watch('li', now + 800, { leave_time: now + 900 })
  school.clock.now = now + 1000
  await endAt(school, now + 1000)
  assert.deepEqual(await reasonsOf(school, school.living, { min_percent: 50 }), { li: 'too_short', he: 'watched' })
  const { lines } = await school.client.ours.report({ livingid: school.living })
  assert.deepEqual(
    lines.map(({ joined_at, came_late }) => [joined_at, came_late]),
    [
      [undefined, 13],
      [now + 800, undefined],
    ],
  )
})

onBoth('nobody missed a living that was cancelled or has expired, in the report as in the lists', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const [cancelled, expired] = [await reserve(school, ['3A']), await reserve(school, ['3A'])]
  await school.client.livingCancel({ livingid: cancelled })
  school.clock.now += 3600 + 1800
  for (const livingid of [cancelled, expired]) {
    assert.deepEqual(await reasonsOf(school, livingid), { li: 'not_held' })
    const { counts, classes, households } = await school.client.ours.report({ livingid, kind: 'household' })
    assert.deepEqual([counts?.in_range, counts?.expected, counts?.missing, counts?.households_missing], [0, 0, 0, 0])
    assert.deepEqual([classes, households], [[], []])
  }
})

onBoth('the class of a line is the one through which the viewer is in range; the official lists name all classes', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, 合唱班: { li: [] } }, living: ['3A'] })
  const { lines, classes } = await school.client.ours.report({ livingid: school.living })
  const [inRange, choir] = [school.classIds['3A'] as number, school.classIds.合唱班 as number]
  assert.deepEqual(lines[0]?.partyids, [inRange])
  assert.deepEqual(
    classes?.map(({ partyid, missing }) => [partyid, missing]),
    [[inRange, 1]],
  )
  const { stat_info } = await school.client.getUnwatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info.students[0]?.partyids, [inRange, choir])
})

onBoth('a household has watched when one of it, following or not, has watched enough', async (database) => {
  const classes = { '3A': { li: ['li_mum', 'li_dad'], wu: ['wu_mum', 'wu_dad'] } }
  await using school = await makeSchool(database, { classes, silent: ['li_dad', 'wu_dad'], living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 1000
  await school.watch('li_dad/li', now, { leave_time: now + 5 })
  await school.watch('wu_dad/wu', now, { leave_time: now + 900 })
  await endAt(school, now + 1000)
  const missing = async (asked: object) =>
    (await school.client.ours.report({ livingid: school.living, kind: 'household', ...asked })).households.map(
      (each) => each.student_userid,
    )
  assert.deepEqual(await missing({}), [])
  assert.deepEqual(await missing({ min_seconds: 60 }), ['li'])
})

onBoth('before the register was made its viewers were not yet in range', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const { now } = school.clock
  const livingid = await reserve(school, ['3A'], { living_start: now - 5000 })
  await school.client.ours.start({ livingid, at: now - 5000 })
  await school.watch('li', now - 4900, { leave_time: now - 4000 }, livingid)
  assert.deepEqual(await reasonsOf(school, livingid, { as_of: now - 4500 }), { li: 'not_yet' })
  assert.deepEqual(await reasonsOf(school, livingid), { li: 'watched' })
})

onBoth('a frozen register shows the roster of its end at every later moment, and excuses as they were then', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [] }, '3B': {} }, living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 100
  await moved(school, 'li', ['3B'])
  school.clock.now = now + 1000
  await endAt(school, now + 50)
  school.clock.now = now + 2000
  await school.client.ours.excuse({ livingid: school.living, viewers: [{ student_userid: 'wu' }], reason: '病假', by: 'wang' })
  for (const as_of of [60, 500, 1500])
    assert.deepEqual(await reasonsOf(school, school.living, { as_of: now + as_of }), { li: 'never_came', wu: 'never_came' })
  assert.deepEqual(await reasonsOf(school, school.living, { as_of: now + 2000 }), { li: 'never_came', wu: 'excused' })
})

onBoth('the report says whose roster the register has: later than the end for a living that was entered afterwards', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 1000
  await endAt(school, now + 500)
  const asOf = async (livingid: string) => (await school.client.ours.report({ livingid })).living.register_as_of
  assert.equal(await asOf(school.living), now + 500)
  const past = await reserve(school, ['3A'], { living_start: now - 86_400 })
  await school.client.ours.start({ livingid: past, at: now - 86_400 })
  await school.client.ours.end({ livingid: past, at: now - 86_000 })
  assert.equal(await asOf(past), now + 1000)
})

onBoth('deleting the replay deletes the recording and keeps who watched it', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [] } }, living: ['3A'] })
  const { now } = school.clock
  await endAt(school, now + 1).catch(() => {})
  await school.watch('li', now, { leave_time: now + 100, replay: 1 })
  await school.client.deleteReplayData({ livingid: school.living })
  assert.deepEqual(await reasonsOf(school), { li: 'replay_only', wu: 'never_came' })
})
