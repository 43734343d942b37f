import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** WeCom pages 92325 (one student) and 92328 (a batch). */

const classes3 = { '3A': { li: ['li_mum'] }, '3B': {} }

const newStudent = (school: School, student_userid: string, more: object = {}) => ({
  student_userid,
  name: student_userid.slice(0, 32) || 'x',
  department: [school.classIds['3A'] as number],
  ...more,
})

onBoth('a new student is on the roster, and is not subscribed by default', async (database) => {
  await using school = await makeSchool(database, { classes: classes3, living: ['3A'] })
  const answer = await school.client.createStudent(newStudent(school, 'Wu.1', { name: '吴', mobile: '13800000001', to_invite: false }))
  assert.deepEqual([answer.errcode, answer.errmsg], [0, 'created'])
  const { student } = await school.client.userGet({ userid: 'Wu.1' })
  const department = [school.classIds['3A']]
  assert.deepEqual(student, { student_userid: 'Wu.1', name: '吴', department, mobile: '13800000001', is_subscribe: 0, parents: [] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
})

onBoth('a userid has 1-64 letters, digits or _-@. and starts with a letter or digit', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  for (const userid of ['a', '0', 'A_-@.z', 'x'.repeat(64)]) await school.client.createStudent(newStudent(school, userid))
  for (const userid of ['_a', '-a', '.a', '@a', 'a b', 'a"b', '李', 'a\n', "a'b"])
    await refused(school.client.createStudent(newStudent(school, userid)), 40003, /student_userid/)
  for (const userid of ['', 'x'.repeat(65)]) await refused(school.client.createStudent(newStudent(school, userid)), 40058, /student_userid/)
})

onBoth('a userid belongs to one person, student or parent, and is compared without case', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  for (const userid of ['li', 'LI', 'Li_Mum']) await refused(school.client.createStudent(newStudent(school, userid)), 60102)
  assert.equal((await school.client.userGet({ userid: 'LI' })).student?.student_userid, 'li')
})

onBoth('a student is in 1 to 20 classes, which must be classes of this school', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  await using stranger = await makeSchool(database, { classes: { a: {}, b: {}, c: {}, d: {}, e: {} } })
  const parentid = (school.classIds['3A'] as number) - 1
  const ids = Object.values(school.classIds)
  while (ids.length < 21) ids.push((await school.client.departmentCreate({ name: `${ids.length}班`, parentid, type: 1 })).id)
  const create = (student_userid: string, department: unknown) =>
    school.client.createStudent({ ...newStudent(school, student_userid), department } as never)
  await create('twenty', [...ids.slice(0, 20), ids[0]])
  assert.deepEqual((await school.client.userGet({ userid: 'twenty' })).student?.department, ids.slice(0, 20))
  await refused(create('more', ids), 60110, /department/)
  for (const id of [1, parentid, 999]) await refused(create('nowhere', [id]), 60123, /department/)
  await refused(stranger.client.createStudent({ student_userid: 'x', name: 'x', department: [ids[20] as number] }), 60123)
  for (const department of [[], undefined, 'x', [0], [-1], [2 ** 31]]) await refused(create('nowhere', department), 40058, /department/)
})

onBoth('a name has 1 to 32 characters, and a mobile belongs to one student', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  await school.client.createStudent(newStudent(school, 'wu', { name: '𠮷'.repeat(32), mobile: '13800000001' }))
  for (const name of ['', 'x'.repeat(33), undefined])
    await refused(school.client.createStudent(newStudent(school, 'he', { name })), 40058, /name/)
  await refused(school.client.createStudent(newStudent(school, 'he', { mobile: '13800000001' })), 60149, /mobile/)
  for (const mobile of ['1234', 'abcdefg', '+', '1'.repeat(31)])
    await refused(school.client.createStudent(newStudent(school, 'he', { mobile })), 60103)
})

onBoth('a batch creates the students it can, lists the failures, and answers the first failure’s errcode', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  const students = [
    newStudent(school, 'wu'),
    newStudent(school, '_bad'),
    newStudent(school, 'LI'),
    newStudent(school, 'WU'),
    newStudent(school, 'he', { department: [999], mobile: '13800000001' }),
    newStudent(school, 'ma', { mobile: '13800000001' }),
  ]
  const answer = await refused<{ result_list: { student_userid: string; errcode: number; errmsg: string }[] }>(
    school.client.batchCreateStudent({ students }),
    40003,
  )
  const failed = [['_bad', 40003], ['LI', 60102], ['WU', 60102], ['he', 60123]] // biome-ignore format: laid out as a table
  assert.deepEqual(answer.result_list.map((each) => [each.student_userid, each.errcode]), failed) // biome-ignore format: belongs to the table above it
  assert.match(answer.result_list[0]?.errmsg ?? '', /student_userid/)
  for (const userid of ['wu', 'ma']) assert.equal((await school.client.userGet({ userid })).user_type, 1)
  await refused(school.client.userGet({ userid: 'he' }), 60111)
})

onBoth('a batch has 1 to 100 students; when all succeed it answers "created" and lists no failure', async (database) => {
  await using school = await makeSchool(database, { classes: classes3 })
  const hundred = Array.from({ length: 100 }, (_, index) => newStudent(school, `p${index}`))
  const { errmsg, result_list } = await school.client.batchCreateStudent({ students: hundred })
  assert.deepEqual([errmsg, result_list], ['created', []])
  for (const students of [[], undefined]) await refused(school.client.batchCreateStudent({ students } as never), 40058, /students/)
  await refused(school.client.batchCreateStudent({ students: [...hundred, newStudent(school, 'p100')] }), 65012, /students/)
})
