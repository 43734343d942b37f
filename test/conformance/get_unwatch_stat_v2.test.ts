import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, moved, reserve, startAt } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** The tests follow the sentences of WeCom page 95795. For pages and cursors, see get_unwatch_stat_v2_pages.test.ts. */

onBoth('a student and a parent are listed independently of each other while they have not watched', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }, living: ['3A'] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li', 'wu', 'wu_dad/wu'])
  await school.watch('li_mum/li')
  await school.watch('wu')
  assert.deepEqual(await school.unwatched(), ['li', 'wu_dad/wu'])
})

onBoth('only students and parents who subscribe to the school’s notices are listed', async (database) => {
  await using school = await makeSchool(database, {
    classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } },
    silent: ['li', 'wu_dad'],
    living: ['3A'],
  })
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu'])
})

onBoth('a viewer who subscribes during a living is listed from then on, and one who unsubscribes is not', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, silent: ['li'], living: ['3A'] })
  await school.client.ours.subscriptions({
    students: [{ student_userid: 'li', is_subscribe: 1 }],
    parents: [{ parent_userid: 'li_mum', is_subscribe: 0 }],
  })
  assert.deepEqual(await school.unwatched(), ['li'])
})

onBoth('partyids are all classes of the student', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] }, choir: { li: [] } }, living: ['3A'] })
  const { errcode, errmsg, stat_info } = await school.client.getUnwatchStatV2({ livingid: school.living })
  const partyids = Object.values(school.classIds)
  assert.deepEqual(
    { errcode, errmsg, stat_info },
    {
      errcode: 0,
      errmsg: 'ok',
      stat_info: {
        students: [{ student_userid: 'li', partyids }],
        parents: [{ parent_userid: 'li_mum', student_userid: 'li', partyids }],
      },
    },
  )
})

onBoth('partyids follow the roster while the living runs, and no longer change after its end', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] }, choir: {}, chess: {} }, living: ['3A'] })
  const partyids = async () => {
    const { stat_info } = await school.client.getUnwatchStatV2({ livingid: school.living })
    return [...stat_info.students, ...stat_info.parents].map((entry) => entry.partyids)
  }
  const { '3A': class3A, choir, chess } = school.classIds
  await moved(school, 'li', ['choir', '3A'])
  assert.deepEqual(await partyids(), [
    [class3A, choir],
    [class3A, choir],
  ])
  await endAt(school, school.clock.now + 1)
  await moved(school, 'li', ['chess'])
  assert.notEqual(chess, undefined)
  assert.deepEqual(await partyids(), [
    [class3A, choir],
    [class3A, choir],
  ])
})

onBoth('a parent of two children is listed once for each child', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['mum', 'dad'], wu: ['mum'] } }, living: ['3A'] })
  assert.deepEqual(await school.unwatched(), ['dad/li', 'li', 'mum/li', 'mum/wu', 'wu'])
  await school.watch('mum/li')
  assert.deepEqual(await school.unwatched(), ['dad/li', 'li', 'mum/wu', 'wu'])
})

onBoth('a student in two classes of the range is listed once', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, choir: { li: [] } }, living: ['3A', 'choir'] })
  assert.deepEqual(await school.unwatched(), ['li'])
})

onBoth('before the start every expected viewer is listed, even one who has already come', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, silent: ['li'] })
  const livingid = await reserve(school, ['3A'], { living_start: school.clock.now + 600 })
  await school.watch('li_mum/li', school.clock.now, {}, livingid)
  assert.deepEqual(await school.unwatched(livingid), ['li_mum/li'])
  await startAt(school, school.clock.now, livingid)
  assert.deepEqual(await school.unwatched(livingid), [])
})

onBoth('a student who joins a class during the living is expected from then on, and one who leaves is not', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] }, '3B': {} }, living: ['3A'] })
  await enrolled(school, 'wu', ['3A'])
  await moved(school, 'li', ['3B'])
  assert.deepEqual(await school.unwatched(), ['wu'])
})

onBoth('after the end, a student who joins the class is not listed, and one who leaves stays listed', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] }, '3B': {} }, living: ['3A'] })
  await endAt(school, school.clock.now + 1)
  await enrolled(school, 'wu', ['3A'])
  await moved(school, 'li', ['3B'])
  await school.client.ours.subscriptions({ parents: [{ parent_userid: 'li_mum', is_subscribe: 0 }] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
})

onBoth('nobody is listed for a living that expired or was cancelled', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, pageSize: 1 })
  const [expired, cancelled] = [await reserve(school, ['3A']), await reserve(school, ['3A'])]
  const { next_cursor } = await school.client.getUnwatchStatV2({ livingid: expired })
  assert.deepEqual(await school.unwatched(cancelled), ['li', 'li_mum/li'])
  await school.client.livingCancel({ livingid: cancelled })
  school.clock.now += 3600 + 1800
  for (const livingid of [expired, cancelled]) {
    const { has_more, next_cursor, stat_info } = await school.client.getUnwatchStatV2({ livingid })
    assert.deepEqual({ has_more, next_cursor, stat_info }, { has_more: 0, next_cursor: '0', stat_info: { students: [], parents: [] } })
  }
  const later = await school.client.getUnwatchStatV2({ livingid: expired, next_cursor })
  assert.deepEqual([later.has_more, later.stat_info.parents], [0, []])
})

onBoth('livingid is required and must be a living of this school', async (database) => {
  await using school = await makeSchool(database)
  for (const livingid of [undefined, null, '', 7, 'x'.repeat(129)])
    await refused(school.client.getUnwatchStatV2({ livingid } as never), 40058, /livingid/)
  const answer = await refused(school.client.getUnwatchStatV2({ livingid: 'livingid1' }), 40058, /livingid: no such living/)
  assert.deepEqual((answer as { stat_info: object }).stat_info, { students: [], parents: [] })
})
