import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, linesOf } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** A userid that is given again after its owner was deleted belongs to somebody new. Who was deleted keeps the past. */

const plan = { classes: { '3A': { li: ['mum'], wu: [] }, '3B': {} }, living: ['3A'] }

/** The lines of everybody with these userids, in either case, oldest first: who, in range, watched. */
const linesWith = async (school: School, who: string, livingid = school.living) =>
  (await linesOf(school, livingid))
    .filter((line) => line.who.toLowerCase() === who.toLowerCase())
    .map((line) => [line.who, line.in_range, line.watched])

const createdParent = async (school: School, parent_userid: string, student_userid: string, mobile = '13900000000') => {
  await school.client.createParent({ parent_userid, mobile, children: [{ student_userid, relation: '妈妈' }] })
  await school.client.ours.subscriptions({ parents: [{ parent_userid, is_subscribe: 1 }] })
}

const watchedIn = async (school: School, livingid = school.living) =>
  (await Array.fromAsync(school.client.watched(livingid)))
    .map((row) => (row.kind === 'parent' ? `${row.parent_userid}/${row.student_userid}` : row.student_userid))
    .sort()

onBoth(
  'in a running living, a new student has not watched and is listed; the deleted one stays watched and is not expected',
  async (database) => {
    await using school = await makeSchool(database, plan)
    await school.watch('wu')
    await school.client.deleteStudent({ userid: 'wu' })
    await enrolled(school, 'WU', ['3A'])
    assert.deepEqual(await linesWith(school, 'wu'), [['wu', 0, 1], ['WU', 1, 0]]) // biome-ignore format: laid out as a table
    assert.deepEqual(await school.unwatched(), ['WU', 'li', 'mum/li'])
    assert.deepEqual(await watchedIn(school), ['wu'])
    await school.watch('wu', school.clock.now + 1)
    assert.deepEqual(await linesWith(school, 'wu'), [['wu', 0, 1], ['WU', 1, 1]]) // biome-ignore format: laid out as a table
    const { counts } = await school.client.ours.report({ livingid: school.living })
    assert.deepEqual([counts?.in_range, counts?.expected, counts?.watched, counts?.missing], [3, 3, 1, 2])
  },
)

onBoth('a userid can be given again and again: nobody has the stays of anybody before', async (database) => {
  await using school = await makeSchool(database, plan)
  for (const enter of [0, 1, 2]) {
    await school.watch('wu', school.clock.now + enter)
    await school.client.deleteStudent({ userid: 'wu' })
    await enrolled(school, 'wu', ['3A'])
    assert.deepEqual(await school.unwatched(), ['li', 'mum/li', 'wu'])
  }
  assert.deepEqual(await linesWith(school, 'wu'), [['wu', 0, 1], ['wu', 0, 1], ['wu', 0, 1], ['wu', 1, 0]]) // biome-ignore format: laid out as a table
})

onBoth('the lists and the report of an ended living keep who was deleted, with the name of that time', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.updateStudent({ student_userid: 'wu', name: '吴大' })
  await school.watch('mum/li')
  await endAt(school, school.clock.now + 60)
  const asked = { livingid: school.living }
  const before = { report: await school.client.ours.report(asked), unwatched: await school.unwatched(), watched: await watchedIn(school) }
  await school.client.deleteParent({ userid: 'mum' })
  await school.client.batchDeleteStudent({ useridlist: ['wu', 'li'] })
  await school.client.createStudent({ student_userid: 'wu', name: '吴小', department: [school.classIds['3A'] as number] })
  await enrolled(school, 'li', ['3B'])
  await createdParent(school, 'mum', 'wu')
  const lines = (report: typeof before.report) => report.lines.filter(({ reason }) => reason !== 'joined_after')
  const report = await school.client.ours.report(asked)
  assert.deepEqual(lines(report), lines(before.report))
  assert.ok(lines(report).some(({ name }) => name === '吴大'))
  assert.deepEqual(report.counts, before.report.counts)
  assert.deepEqual([await school.unwatched(), await watchedIn(school)], [before.unwatched, before.watched])
})

onBoth('a parent created again has not watched; the deleted one stays watched and is not expected', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('mum/li')
  await school.client.deleteParent({ userid: 'mum' })
  await createdParent(school, 'Mum', 'li')
  assert.deepEqual(await linesWith(school, 'mum/li'), [['mum/li', 0, 1], ['Mum/li', 1, 0]]) // biome-ignore format: laid out as a table
  assert.deepEqual(await school.unwatched(), ['Mum/li', 'li', 'wu'])
  assert.deepEqual(await watchedIn(school), ['mum/li'])
})

onBoth('until the userid is given again, presence reported late finds who was deleted', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  await school.client.deleteStudent({ userid: 'wu' })
  await school.client.deleteParent({ userid: 'mum' })
  for (const who of ['WU', 'mum/li']) assert.deepEqual((await school.watch(who, now)).unknown, [])
  assert.deepEqual([await linesWith(school, 'wu'), await linesWith(school, 'mum/li')], [[['wu', 0, 1]], [['mum/li', 0, 1]]])
  await enrolled(school, 'wu', ['3A'])
  const retired = ['wu#left1', 'wu#LEFT2', 'wu#2']
  for (const student_userid of retired) assert.deepEqual((await school.watch(student_userid, now)).unknown, [{ student_userid }])
})

onBoth('a new owner may change the userid once; to the userid of somebody who was deleted nobody can change', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client } = school
  await client.updateStudent({ student_userid: 'wu', new_student_userid: 'wu2' })
  await client.updateParent({ parent_userid: 'mum', new_parent_userid: 'mum2' })
  await client.deleteStudent({ userid: 'wu2' })
  await client.deleteParent({ userid: 'mum2' })
  await refused(client.updateStudent({ student_userid: 'li', new_student_userid: 'WU2' }), 60102)
  await refused(client.updateStudent({ student_userid: 'li', new_student_userid: 'mum2' }), 60102)
  await enrolled(school, 'wu2', ['3A'])
  await createdParent(school, 'mum2', 'li')
  await client.updateStudent({ student_userid: 'wu2', new_student_userid: 'wu3' })
  await client.updateParent({ parent_userid: 'mum2', new_parent_userid: 'mum3' })
  assert.deepEqual(await school.unwatched(), ['li', 'mum3/li', 'wu3'])
})

onBoth('the userid of a deleted student can be given to a parent, and that of a deleted parent to a student', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('wu')
  await school.client.deleteStudent({ userid: 'wu' })
  await school.client.deleteParent({ userid: 'mum' })
  await createdParent(school, 'wu', 'li')
  await enrolled(school, 'mum', ['3A'])
  assert.deepEqual(await school.unwatched(), ['li', 'mum', 'wu/li'])
  assert.deepEqual(await watchedIn(school), ['wu'])
})

onBoth('in one batch, a userid is given again once', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.deleteStudent({ userid: 'wu' })
  const student = { student_userid: 'wu', name: '吴', department: [school.classIds['3A'] as number] }
  const answer = await refused<{ result_list: { student_userid: string }[] }>(
    school.client.batchCreateStudent({ students: [student, { ...student, student_userid: 'WU' }] }),
    60102,
  )
  assert.deepEqual(answer.result_list.map((each) => each.student_userid), ['WU']) // biome-ignore format: easier to read on one line
})
