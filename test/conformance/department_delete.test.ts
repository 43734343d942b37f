import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92342. */

const plan = { classes: { '3A': { li: [] }, '3B': {} } }

onBoth('a department without students and without departments below it can be deleted', async (database) => {
  await using school = await makeSchool(database, plan)
  const id = school.classIds['3B'] as number
  await school.client.departmentUpdate({ id, department_admins: [{ userid: 'wang', type: 3 }] })
  assert.equal((await school.client.departmentDelete({ id })).errmsg, 'deleted')
  await refused(school.client.departmentList({ id }), 60003)
  await school.client.departmentCreate({ id, name: '又', parentid: id - 2, type: 1 })
  assert.deepEqual((await school.client.departmentList({ id })).departments[0]?.department_admins, [])
})

onBoth(
  'deleting is refused for a class with students, a department with departments below, the root, and an unknown id',
  async (database) => {
    await using school = await makeSchool(database, plan)
    const id = school.classIds['3A'] as number
    await refused(school.client.departmentDelete({ id: 999 }), 60003)
    await refused(school.client.departmentDelete({ id }), 60005)
    await refused(school.client.departmentDelete({ id: id - 1 }), 60006)
    await refused(school.client.departmentDelete({ id: 1 }), 60006)
    await refused(school.client.departmentDelete({} as never), 40058, /id/)
    await using empty = await makeSchool(database)
    await refused(empty.client.departmentDelete({ id: 1 }), 60007)
    assert.equal((await empty.client.departmentList({})).departments.length, 1)
  },
)

onBoth('a class can be deleted after its last student was deleted', async (database) => {
  await using school = await makeSchool(database, plan)
  const id = school.classIds['3A'] as number
  await school.client.deleteStudent({ userid: 'li' })
  await school.client.departmentDelete({ id })
})

onBoth('a new class with the id of a deleted class is not in range of the deleted class’s livings', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A', '3B'] })
  const id = school.classIds['3B'] as number
  await school.client.departmentDelete({ id })
  await school.client.departmentCreate({ id, name: '又', parentid: id - 2, type: 1 })
  await school.client.createStudent({ student_userid: 'new', name: 'new', department: [id] })
  await school.client.ours.subscriptions({ students: [{ student_userid: 'new', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(), ['li'])
})
