import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { normalMobile } from '../../src/roster/mobiles.ts'
import { sql, verbatim } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { importInto } from '../roster_import/import_into.ts'
import { makeSchool, type School } from '../world.ts'

/** Mobiles compare in one normal form, however they are written, and are shown as they were first written. */

const spellings = [
  '139 1111 2222',
  '139-1111-2222',
  '+86 13911112222',
  '13911112222',
  '+86-139-1111-2222',
  '8613911112222',
  '0086 13911112222',
]
const others = ['13911112223', '+1 391 111 2222', '+852 1391 1112', '010-6200 0000', '1391111222', '139111122222', '+85 13911112222']
const plan = { classes: { '3A': { li: ['mum'], wu: ['dad'] } } }

const student = (school: School, student_userid: string, mobile: string) =>
  school.client.createStudent({ student_userid, name: student_userid, mobile, department: [school.classIds['3A'] as number] })
const parent = (school: School, parent_userid: string, mobile: string) =>
  school.client.createParent({ parent_userid, mobile, children: [{ student_userid: 'li', relation: '妈妈' }] })

test('the normal form has the digits, a leading + and China’s country code', () => {
  for (const spelling of [...spellings, '＋86 １３９１１１１２２２２', '(139) 1111.2222'])
    assert.equal(normalMobile(spelling), '+8613911112222')
  const normal = others.map(normalMobile)
  assert.deepEqual(normal, [
    '+8613911112223',
    '+13911112222',
    '+85213911112',
    '01062000000',
    '1391111222',
    '139111122222',
    '+8513911112222',
  ])
  for (const each of normal) assert.equal(normalMobile(each), each)
})

onBoth('a mobile of another student is refused in every spelling, and other mobiles are not', async (database) => {
  await using school = await makeSchool(database, plan)
  await student(school, 'a', '139 1111 2222')
  for (const mobile of spellings) {
    await refused(student(school, 'b', mobile), 60149)
    await refused(school.client.updateStudent({ student_userid: 'wu', mobile }), 60149)
  }
  for (const [no, mobile] of others.entries()) await student(school, `other${no}`, mobile)
  const department = [school.classIds['3A'] as number]
  const students = ['+86 13800000001', '138-0000-0001'].map((mobile, no) => ({ student_userid: `c${no}`, name: 'c', department, mobile }))
  await refused(school.client.batchCreateStudent({ students }), 60149)
})

onBoth('a mobile of another parent is refused in every spelling, and other mobiles are not', async (database) => {
  await using school = await makeSchool(database, plan)
  await parent(school, 'a', '+86 13911112222')
  for (const mobile of spellings) {
    await refused(parent(school, 'b', mobile), 60137)
    await refused(school.client.updateParent({ parent_userid: 'dad', mobile }), 60137)
  }
  for (const [no, mobile] of others.entries()) await parent(school, `other${no}`, mobile)
  await school.client.deleteParent({ userid: 'a' })
  await parent(school, 'b', '13911112222')
})

onBoth('a mobile is shown as it was first written, until another number replaces it', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client } = school
  await student(school, 'a', '139 1111 2222')
  await parent(school, 'p', '+86 13911112222')
  const shown = async () => [
    (await client.userGet({ userid: 'a' })).student?.mobile,
    (await client.userGet({ userid: 'p' })).parent?.mobile,
  ]
  assert.deepEqual(await shown(), ['139 1111 2222', '+86 13911112222'])
  await client.updateStudent({ student_userid: 'a', mobile: '13911112222' })
  await client.updateParent({ parent_userid: 'p', mobile: '13911112222' })
  assert.deepEqual(await shown(), ['139 1111 2222', '+86 13911112222'])
  await client.updateStudent({ student_userid: 'a', mobile: '138-0000-0001' })
  await client.updateParent({ parent_userid: 'p', mobile: '138 0000 0001' })
  assert.deepEqual(await shown(), ['138-0000-0001', '138 0000 0001'])
  await student(school, 'b', '13911112222')
})

onBoth('the migration gives rows that are there already the same normal form', async (database) => {
  await using school = await makeSchool(database, plan)
  const migration = readFileSync(new URL('../../migrations/0008_mobile_key.sql', import.meta.url), 'utf8')
  const updates = migration.split(/;\n/).map((each) => each.trim()).filter((each) => each.startsWith('update ')) // biome-ignore format: easier to read on one line
  assert.equal(updates.length, 8)
  const samples = [...spellings, ...others, '139****1234', '00852 1391 1112', '(010) 6200.0000', '']
  await school.db.batch(
    samples.flatMap((mobile, no) => [
      sql`insert into student (corp_no, student_no, student_userid, student_key, name, mobile, partyids, is_subscribe, renamed, active)
        values (${school.corp_no}, ${100 + no}, ${`x${no}`}, ${`x${no}`}, 'x', ${mobile}, '', 0, 0, 1)`,
      sql`insert into parent (corp_no, parent_no, parent_userid, parent_key, mobile, is_subscribe, renamed, active)
        values (${school.corp_no}, ${100 + no}, ${`y${no}`}, ${`y${no}`}, ${mobile}, 0, 0, 1)`,
    ]),
  )
  // the migration's statements are for all rows, and are run here for the rows of this school
  await school.db.batch(
    updates.map((each) => sql`${verbatim(`${each}${each.includes(' where ') ? ' and' : ' where'} corp_no = `)}${school.corp_no}`),
  )
  const keysOf = async (table: string, no: string) =>
    (
      await school.db.all<{ mobile_key: string }>(
        sql`select mobile_key from ${verbatim(table)} where corp_no = ${school.corp_no} and ${verbatim(no)} >= 100 order by ${verbatim(no)}`,
      )
    ).map((row) => row.mobile_key)
  assert.deepEqual(await keysOf('student', 'student_no'), samples.map(normalMobile))
  assert.deepEqual(await keysOf('parent', 'parent_no'), samples.map(normalMobile))
})

onBoth('people who had one mobile in two spellings before these were compared may keep it', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client, corp_no } = school
  const give = (table: string, userid: string, mobile: string) =>
    sql`update ${verbatim(table)} set mobile = ${mobile}, mobile_key = '+8613911112222'
      where corp_no = ${corp_no} and ${verbatim(`${table}_key`)} = ${userid}`
  await school.db.batch([give('student', 'li', '139 1111 2222'), give('student', 'wu', '13911112222')])
  await school.db.batch([give('parent', 'mum', '139 1111 2222'), give('parent', 'dad', '13911112222')])
  for (const student_userid of ['li', 'wu']) await client.updateStudent({ student_userid, mobile: '13911112222' })
  for (const parent_userid of ['mum', 'dad']) await client.updateParent({ parent_userid, mobile: '13911112222' })
  const file = '学号,姓名,班级,学生手机,家长账号,家长手机\nli,li,3A,13911112222,mum,13911112222\n'
  assert.deepEqual((await importInto(school, file)).bad_rows, [])
  assert.deepEqual((await importInto(school, file.replace('li,li', 'wu,wu').replace('mum', 'dad'))).bad_rows, [])
  await refused(student(school, 'a', '13911112222'), 60149)
})
