import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** WeCom page 92341: a department's name, order, grade and administrators. For its parent and its id, see department_moves.test.ts. */

const plan = { classes: { '3A': { li: [] }, '3B': {} } }
const idOf = (school: School, name: string) => school.classIds[name] as number
const shown = async (school: School, id: number) => (await school.client.departmentList({ id })).departments[0]

onBoth('an update changes the fields that it names and leaves the others', async (database) => {
  await using school = await makeSchool(database, plan)
  const id = idOf(school, '3A')
  const before = await shown(school, id)
  assert.equal((await school.client.departmentUpdate({ id, name: '三年级1班' })).errmsg, 'updated')
  assert.deepEqual(await shown(school, id), { ...before, name: '三年级1班' })
  await school.client.departmentUpdate({ id, order: 7 })
  await school.client.departmentUpdate({ id })
  assert.deepEqual(await shown(school, id), { ...before, name: '三年级1班', order: 7 })
})

onBoth('a standard grade sets the name, and standard_grade 0 makes it a grade of the school’s own', async (database) => {
  await using school = await makeSchool(database)
  const { id } = await school.client.departmentCreate({ parentid: 1, type: 2, standard_grade: 31 })
  const started = (await shown(school, id))?.register_year
  await school.client.departmentUpdate({ id, standard_grade: 32 })
  const second = await shown(school, id)
  assert.deepEqual([second?.name, second?.standard_grade, second?.register_year], ['二年级', 32, started])
  await school.client.departmentUpdate({ id, standard_grade: 33, register_year: 2024, name: '不用' })
  const third = await shown(school, id)
  assert.deepEqual([third?.name, third?.standard_grade, third?.register_year], ['三年级', 33, 2024])
  await school.client.departmentUpdate({ id, standard_grade: 0, name: '混龄班组' })
  const own = await shown(school, id)
  assert.deepEqual([own?.name, own?.standard_grade, own?.register_year], ['混龄班组', undefined, 2024])
})

onBoth('administrators are added, updated and deleted one by one', async (database) => {
  await using school = await makeSchool(database, plan)
  const id = idOf(school, '3A')
  const admins = async () => (await shown(school, id))?.department_admins
  await school.client.departmentUpdate({ id, department_admins: [{ op: 0, userid: 'wang', type: 3 }, { userid: 'zhao', type: 4, subject: '语文' }] }) // biome-ignore format: one thought
  assert.deepEqual(await admins(), [{ userid: 'wang', type: 3 }, { userid: 'zhao', type: 4, subject: '语文' }]) // biome-ignore format: one thought
  await school.client.departmentUpdate({ id, department_admins: [{ op: 0, userid: 'zhao', type: 4, subject: '数学' }, { op: 0, userid: 'wang', type: 4 }] }) // biome-ignore format: one thought
  assert.deepEqual(await admins(), [{ userid: 'wang', type: 3 }, { userid: 'wang', type: 4 }, { userid: 'zhao', type: 4, subject: '数学' }]) // biome-ignore format: one thought
  await school.client.departmentUpdate({ id, department_admins: [{ op: 1, userid: 'WANG', type: 3 }, { op: 1, userid: 'nobody' }] }) // biome-ignore format: one thought
  assert.deepEqual(await admins(), [{ userid: 'wang', type: 4 }, { userid: 'zhao', type: 4, subject: '数学' }]) // biome-ignore format: one thought
  await school.client.departmentUpdate({
    id,
    department_admins: [
      { op: 1, userid: 'wang' },
      { op: 1, userid: 'zhao' },
    ],
  })
  assert.deepEqual(await admins(), [])
})

onBoth('a refused update changes nothing and has an errcode for each reason', async (database) => {
  await using school = await makeSchool(database, plan)
  const id = idOf(school, '3A')
  const all = await school.client.departmentList({})
  const update = (more: object) => school.client.departmentUpdate({ id, name: 'x', ...more })
  await refused(update({ id: 999 }), 60003, /999/)
  await refused(update({ parentid: 999 }), 60004, /parentid/)
  await refused(update({ parentid: 1 }), 65015, /parentid/)
  await refused(update({ parentid: id }), 60010, /parentid/)
  await refused(update({ new_id: idOf(school, '3B') }), 60008, /new_id/)
  await refused(update({ new_id: 1 }), 40058, /new_id/)
  await refused(update({ register_year: 2020 }), 65008)
  await refused(update({ standard_grade: 31 }), 65009)
  await refused(update({ name: 'a/b' }), 60009)
  await refused(update({ order: -1 }), 40058)
  await refused(update({ department_admins: [{ userid: 'wang', type: 2 }] }), 65006)
  await refused(update({ department_admins: [{ userid: 'wang' }] }), 65006)
  await refused(update({ id: 1, new_id: 5 }), 60007)
  await refused(update({ id: 1, parentid: id }), 60007)
  assert.deepEqual(await school.client.departmentList({}), all)
})

onBoth('the root can be renamed', async (database) => {
  await using school = await makeSchool(database)
  await school.client.departmentUpdate({ id: 1, name: '实验小学' })
  assert.deepEqual([(await shown(school, 1))?.name, (await shown(school, 1))?.type], ['实验小学', 5])
})
