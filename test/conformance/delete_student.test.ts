import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, linesOf } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92326 (one student) and 92329 (a batch). */

const plan = { classes: { '3A': { li: ['li_mum'], wu: [], he: [] }, '3B': {} }, living: ['3A'] }

onBoth('a student can be deleted only when no parent is left', async (database) => {
  await using school = await makeSchool(database, plan)
  await refused(school.client.deleteStudent({ userid: 'li' }), 65013, /li_mum/)
  await school.client.deleteParent({ userid: 'li_mum' })
  assert.equal((await school.client.deleteStudent({ userid: 'LI' })).errmsg, 'deleted')
  await refused(school.client.userGet({ userid: 'li' }), 60111)
  await refused(school.client.deleteStudent({ userid: 'li' }), 60111)
})

onBoth('deleting a student is refused for an unknown userid and for a parent', async (database) => {
  await using school = await makeSchool(database, plan)
  await refused(school.client.deleteStudent({ userid: 'nobody' }), 60111, /userid/)
  await refused(school.client.deleteStudent({ userid: 'li_mum' }), 65010, /userid/)
  await refused(school.client.deleteStudent({} as never), 40058, /userid/)
  assert.equal((await school.client.userGet({ userid: 'li_mum' })).user_type, 2)
})

onBoth('a deleted student is in no class and not expected in open livings; an ended living stays as it was', async (database) => {
  await using school = await makeSchool(database, plan)
  const old = await school.startLiving(['3A'])
  await endAt(school, school.clock.now + 1, old)
  await school.client.deleteStudent({ userid: 'wu' })
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'li_mum/li'])
  assert.deepEqual(await school.unwatched(old), ['he', 'li', 'li_mum/li', 'wu'])
  const { students } = await school.client.userList({ department_id: school.classIds['3A'] as number })
  assert.deepEqual(students.map((each) => each.student_userid), ['li', 'he']) // biome-ignore format: easier to read on one line
  assert.deepEqual((await school.watch('wu')).unknown, []) // the student still has a line in the register
  const next = await school.startLiving(['3A'])
  assert.deepEqual((await school.watch('wu', school.clock.now, {}, next)).unknown, [{ student_userid: 'wu' }])
})

onBoth('a student who watched and was deleted keeps the line: watched, and not in range', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('wu')
  await school.client.deleteStudent({ userid: 'wu' })
  const line = (await linesOf(school)).find(({ who }) => who === 'wu')
  assert.deepEqual([line?.in_range, line?.watched], [0, 1])
})

onBoth('a student created again with the same userid has only the new classes', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.deleteStudent({ userid: 'he' })
  await enrolled(school, 'he', ['3B'], 0)
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li', 'wu'])
  assert.deepEqual((await school.client.userGet({ userid: 'he' })).student?.department, [school.classIds['3B']])
})

onBoth('the mobile of a deleted student can be given to another student', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.updateStudent({ student_userid: 'wu', mobile: '13800000001' })
  await refused(school.client.updateStudent({ student_userid: 'he', mobile: '13800000001' }), 60149)
  await school.client.deleteStudent({ userid: 'wu' })
  await school.client.updateStudent({ student_userid: 'he', mobile: '13800000001' })
})

onBoth('a batch deletes the students it can and lists the failures', async (database) => {
  await using school = await makeSchool(database, plan)
  const answer = await refused<{ result_list: { student_userid: string; errcode: number }[] }>(
    school.client.batchDeleteStudent({ useridlist: ['wu', 'li', 'nobody', 'WU'] }),
    65013,
  )
  const failed = [['li', 65013], ['nobody', 60111], ['WU', 60111]] // biome-ignore format: laid out as a table
  assert.deepEqual(answer.result_list.map((each) => [each.student_userid, each.errcode]), failed) // biome-ignore format: belongs to the table above it
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'li_mum/li'])
})

onBoth('a batch has 1 to 100 userids, in the field useridlist or userid_list', async (database) => {
  await using school = await makeSchool(database, plan)
  const { errmsg, result_list } = await school.client.batchDeleteStudent({ userid_list: ['wu'] })
  assert.deepEqual([errmsg, result_list], ['deleted', []])
  await refused(school.client.userGet({ userid: 'wu' }), 60111)
  await refused(school.client.batchDeleteStudent({ useridlist: Array(101).fill('he') }), 65012, /useridlist/)
  for (const useridlist of [[], undefined, 'he'])
    await refused(school.client.batchDeleteStudent({ useridlist } as never), 40058, /useridlist/)
})
