import assert from 'node:assert/strict'
import { createLiving } from '../../src/living/create.ts'
import { finishAllClassMoves } from '../../src/roster/parties/class_moves.ts'
import { createParty } from '../../src/roster/parties/create.ts'
import { updateParty } from '../../src/roster/parties/update.ts'
import { createStudents } from '../../src/roster/students/create.ts'
import type { Db } from '../../src/store/db.ts'
import { sql } from '../../src/store/sql.ts'
import { type Database, onBoth } from '../databases.ts'
import { endAt, enrolled } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** WeCom page 92341: what happens to livings when a department in their range moves or gets another id. */

const idOf = (school: School, name: string) => school.classIds[name] as number

/** A school with two grades: the third, with the classes 3A and 3B, and an empty fourth. `livingFor` starts a living for parties. */
async function twoGrades(database: Database) {
  const school = await makeSchool(database, { classes: { '3A': { li: ['mum'] }, '3B': { wu: [] } } })
  const third = idOf(school, '3A') - 1
  const { id: fourth } = await school.client.departmentCreate({ name: '四年级', parentid: 1, type: 2 })
  const livingFor = async (partyids: number[]) => {
    const plan = { anchor_userid: 'wang', theme: '课', living_start: school.clock.now, living_duration: 3600 }
    const { livingid } = await school.client.livingCreate({ ...plan, living_range: { partyids } })
    await school.client.ours.start({ livingid, at: school.clock.now })
    return livingid
  }
  return { school, third, fourth, livingFor }
}

const classesOf = async (school: School, livingid: string) =>
  (await school.client.schoolGetLivingInfo({ livingid })).living_info.living_range.partyids

onBoth('a moved class and its students leave the livings of the old grade and join those of the new grade', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const [ofThird, ofFourth, ofAll, ofClass] = [await livingFor([third]), await livingFor([fourth]), await livingFor([1]), await livingFor([idOf(school, '3A')])] // biome-ignore format: a table
  await school.watch('mum/li', school.clock.now, {}, ofThird)
  await school.client.departmentUpdate({ id: idOf(school, '3A'), parentid: fourth })
  assert.deepEqual(await school.unwatched(ofThird), ['wu'])
  assert.deepEqual(await school.unwatched(ofFourth), ['li', 'mum/li'])
  assert.deepEqual(await school.unwatched(ofAll), ['li', 'mum/li', 'wu'])
  assert.deepEqual(await school.unwatched(ofClass), ['li', 'mum/li'])
  assert.deepEqual(await classesOf(school, ofThird), [idOf(school, '3B')])
  assert.deepEqual(await classesOf(school, ofFourth), [idOf(school, '3A')])
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await school.unwatched(ofThird), ['wu'])
  assert.deepEqual(await school.unwatched(ofFourth), ['he', 'li', 'mum/li'])
  await school.client.departmentUpdate({ id: idOf(school, '3A'), parentid: third })
  assert.deepEqual(await school.unwatched(ofThird), ['he', 'li', 'wu']) // the mother had watched
  assert.deepEqual(await school.unwatched(ofFourth), [])
})

onBoth('a moved grade takes its classes along', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const { id: east } = await school.client.departmentCreate({ name: '东校区', parentid: 1, type: 4 })
  const { id: west } = await school.client.departmentCreate({ name: '西校区', parentid: 1, type: 4 })
  await school.client.departmentUpdate({ id: third, parentid: east })
  const [ofEast, ofWest, ofThird, ofBoth] = [await livingFor([east]), await livingFor([west]), await livingFor([third]), await livingFor([east, west])] // biome-ignore format: a table
  assert.deepEqual(await school.unwatched(ofEast), ['li', 'mum/li', 'wu'])
  await school.client.departmentUpdate({ id: third, parentid: west })
  assert.deepEqual(await school.unwatched(ofEast), [])
  for (const living of [ofWest, ofThird, ofBoth]) assert.deepEqual(await school.unwatched(living), ['li', 'mum/li', 'wu'])
  await refused(school.client.departmentUpdate({ id: west, parentid: third }), 60010)
  await school.client.departmentUpdate({ id: fourth, parentid: west })
})

onBoth('a student of two classes is still expected when only one of them moves away', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  await school.client.updateStudent({ student_userid: 'li', department: [idOf(school, '3A'), idOf(school, '3B')] })
  const ofThird = await livingFor([third])
  await school.client.departmentUpdate({ id: idOf(school, '3A'), parentid: fourth })
  assert.deepEqual(await school.unwatched(ofThird), ['li', 'mum/li', 'wu'])
})

onBoth('an ended living keeps its classes and lines, even when a class moves', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const old = await livingFor([third])
  await endAt(school, school.clock.now + 1, old)
  await school.client.departmentUpdate({ id: idOf(school, '3A'), parentid: fourth })
  assert.deepEqual(await school.unwatched(old), ['li', 'mum/li', 'wu'])
  assert.equal((await classesOf(school, old)).length, 2)
})

onBoth('a new class id is shown everywhere: for students, administrators, ranges and lines of open livings', async (database) => {
  const { school, third, livingFor } = await twoGrades(database)
  await using _ = school
  const [from, to] = [idOf(school, '3A'), 900]
  await school.client.updateStudent({ student_userid: 'li', department: [from, idOf(school, '3B')] })
  await school.client.departmentUpdate({ id: from, department_admins: [{ userid: 'wang', type: 3 }] })
  const [ofClass, ofThird] = [await livingFor([from]), await livingFor([third])]
  await school.client.departmentUpdate({ id: from, new_id: to, name: '三1' })
  await refused(school.client.departmentList({ id: from }), 60003)
  const [department] = (await school.client.departmentList({ id: to })).departments
  assert.deepEqual([department?.name, department?.parentid, department?.department_admins], ['三1', third, [{ userid: 'wang', type: 3 }]])
  const partyids = [idOf(school, '3B'), to]
  assert.deepEqual((await school.client.userGet({ userid: 'li' })).student?.department, partyids)
  assert.deepEqual((await school.client.userList({ department_id: to })).students.map((each) => each.student_userid), ['li']) // biome-ignore format: one thought
  for (const livingid of [ofClass, ofThird]) {
    const { stat_info } = await school.client.getUnwatchStatV2({ livingid })
    for (const entry of [...stat_info.students, ...stat_info.parents].filter((each) => each.student_userid === 'li'))
      assert.deepEqual(entry.partyids, partyids)
    assert.equal(stat_info.parents.length, 1)
  }
  assert.deepEqual(await classesOf(school, ofClass), [to])
  await school.client.createStudent({ student_userid: 'he', name: 'he', department: [to] })
  await school.client.ours.subscriptions({ students: [{ student_userid: 'he', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(ofClass), ['he', 'li', 'mum/li'])
  await refused(school.client.updateStudent({ student_userid: 'he', department: [from] }), 60123)
})

onBoth('a class created with the former id of another class is not in range of that class’s livings', async (database) => {
  const { school, third, livingFor } = await twoGrades(database)
  await using _ = school
  const from = idOf(school, '3A')
  const [live, old] = [await livingFor([from]), await livingFor([from])]
  await endAt(school, school.clock.now + 1, old)
  await school.client.departmentUpdate({ id: from, new_id: 900 })
  assert.deepEqual(await classesOf(school, old), [900])
  await school.client.departmentCreate({ id: from, name: '又', parentid: third, type: 1 })
  await enrolled(school, 'he', ['3A'])
  assert.deepEqual(await school.unwatched(live), ['li', 'mum/li'])
  assert.deepEqual(await school.unwatched(old), ['li', 'mum/li'])
})

onBoth('a grade with a new id keeps its classes and its livings', async (database) => {
  const { school, third, livingFor } = await twoGrades(database)
  await using _ = school
  const ofThird = await livingFor([third])
  await school.client.departmentUpdate({ id: third, new_id: 800 })
  const { departments } = await school.client.departmentList({ id: 800 })
  assert.deepEqual(departments.map((each) => [each.id, each.parentid]), [[800, 1], [idOf(school, '3A'), 800], [idOf(school, '3B'), 800]]) // biome-ignore format: one thought
  const { id } = await school.client.departmentCreate({ name: '3C', parentid: 800, type: 1 })
  await school.client.createStudent({ student_userid: 'he', name: 'he', department: [id] })
  await school.client.ours.subscriptions({ students: [{ student_userid: 'he', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(ofThird), ['he', 'li', 'mum/li', 'wu'])
})

onBoth('a class may move and get a new id in one call', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const [ofThird, ofFourth] = [await livingFor([third]), await livingFor([fourth])]
  await school.client.departmentUpdate({ id: idOf(school, '3A'), new_id: 900, parentid: fourth })
  assert.deepEqual(await school.unwatched(ofThird), ['wu'])
  assert.deepEqual(await school.unwatched(ofFourth), ['li', 'mum/li'])
  assert.deepEqual(await classesOf(school, ofFourth), [900])
})

onBoth('a class created while a living is being created is in the living’s range', async (database) => {
  const { school, third } = await twoGrades(database)
  await using _ = school
  const { db, corp_no, clock } = school
  let made: Promise<unknown> | undefined
  const slow: Db = {
    ...db,
    batch: async (queries) => {
      made ??= createParty(db, corp_no, { id: 700, name: '3C', parentid: third, type: 1 }, clock.now)
      await made
      return db.batch(queries)
    },
  }
  const plan = { anchor_userid: 'wang', theme: '课', living_start: clock.now, living_duration: 3600, living_range: { partyids: [third] } }
  const { livingid } = await createLiving(slow, { ...school.app, corp_no } as never, plan, clock.now)
  assert.deepEqual(await classesOf(school, livingid), [idOf(school, '3A'), idOf(school, '3B'), 700])
})

/** A `Db` that fails every batch after the first `batches` ones, as if the process had died. */
function dyingAfter(batches: number, db: Db): Db {
  let left = batches
  return { ...db, batch: (queries) => (left-- > 0 ? db.batch(queries) : Promise.reject(new Error('the process died'))) }
}

onBoth('the timed work completes a class move that broke off, and the old id is not free before that', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const { db, corp_no, clock } = school
  const from = idOf(school, '3A')
  const many = Array.from({ length: 1500 }, (_, index) => ({ student_userid: `p${index}`, name: 'p', department: [from] }))
  await createStudents(db, corp_no, many, clock.now)
  for (const some of [many.slice(0, 1000), many.slice(1000)])
    await school.client.ours.subscriptions({ students: some.map(({ student_userid }) => ({ student_userid, is_subscribe: 1 })) })
  const [ofThird, ofFourth] = [await livingFor([third]), await livingFor([fourth])]
  assert.equal((await school.unwatched(ofThird)).length, 1503)

  const change = { id: from, new_id: 900, parentid: fourth }
  await assert.rejects(updateParty(dyingAfter(2, db), corp_no, change, clock.now), /died/)
  const half = (await school.unwatched(ofFourth)).length
  assert.ok(half > 0 && half < 1502, `${half} have followed`)
  await refused(school.client.departmentCreate({ id: from, name: '又', parentid: third, type: 1 }), 60008)
  await refused(school.client.departmentDelete({ id: 900 }), 60005)

  await finishAllClassMoves(db, clock.now)
  assert.deepEqual(await school.unwatched(ofThird), ['wu'])
  assert.equal((await school.unwatched(ofFourth)).length, 1502)
  assert.equal((await school.client.userList({ department_id: 900 })).students.length, 1501)
  for (const table of [sql`member`, sql`register_class`])
    assert.deepEqual(await db.all(sql`select party_id from ${table} where corp_no = ${corp_no} and party_id = ${from}`), [])
  await school.client.departmentCreate({ id: from, name: '又', parentid: third, type: 1 })
})

onBoth('other roster changes do not wait for the move of a large class', async (database) => {
  const { school, third, fourth, livingFor } = await twoGrades(database)
  await using _ = school
  const from = idOf(school, '3A')
  const many = Array.from({ length: 1500 }, (_, index) => ({ student_userid: `p${index}`, name: 'p', department: [from] }))
  await createStudents(school.db, school.corp_no, many, school.clock.now)
  const [ofThird, ofFourth] = [await livingFor([third]), await livingFor([fourth])]
  const order: string[] = []
  const move = school.client.departmentUpdate({ id: from, parentid: fourth, new_id: 900 }).then(() => order.push('the class'))
  const others = ['he', 'ma', 'liu'].map((userid) => enrolled(school, userid, ['3B']).then(() => order.push(userid)))
  await Promise.all([move, ...others])
  assert.notEqual(order[0], 'the class')
  assert.deepEqual(await school.unwatched(ofThird), ['he', 'liu', 'ma', 'wu'])
  assert.deepEqual(await school.unwatched(ofFourth), ['li', 'mum/li'])
})
