import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92343. */

onBoth('a new school has one department: the root, with id 1, type 5 and no parent', async (database) => {
  await using school = await makeSchool(database)
  const { departments } = await school.client.departmentList({})
  assert.deepEqual(
    departments.map(({ id, type, parentid }) => ({ id, type, parentid })),
    [{ id: 1, type: 5, parentid: 0 }],
  )
})

onBoth('the list has one department and everything below it, or without an id the whole school', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {}, '3B': {} } })
  const other = (await school.client.departmentCreate({ name: '四年级', parentid: 1, type: 2 })).id
  const ids = async (id?: number) =>
    (await school.client.departmentList(id === undefined ? {} : { id })).departments.map((each) => each.id).sort((a, b) => a - b)
  const { '3A': class3A = 0, '3B': class3B = 0 } = school.classIds
  const grade = class3A - 1
  assert.deepEqual(await ids(), [1, grade, class3A, class3B, other])
  assert.deepEqual(await ids(1), [1, grade, class3A, class3B, other])
  assert.deepEqual(await ids(grade), [grade, class3A, class3B])
  assert.deepEqual(await ids(class3A), [class3A])
  for (const id of [99, 0]) await refused(ids(id), 60003, /id/)
})

onBoth('a department shows its order only if one was set, and only the fields of its type', async (database) => {
  await using school = await makeSchool(database)
  const { id: grade } = await school.client.departmentCreate({ name: '三年级', parentid: 1, type: 2, order: 2 ** 32 - 1 })
  const { id } = await school.client.departmentCreate({ name: '3A', parentid: grade, type: 1 })
  const { departments } = await school.client.departmentList({ id: grade })
  assert.deepEqual(departments, [
    { id: grade, type: 2, name: '三年级', parentid: 1, order: 2 ** 32 - 1, is_graduated: 0, department_admins: [] },
    { id, type: 1, name: '3A', parentid: grade, open_group_chat: 0, department_admins: [] },
  ])
})
