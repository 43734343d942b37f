import assert from 'node:assert/strict'
import type { Client } from '../../src/client/client.ts'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** WeCom page 92340, and the standard grades of WeCom page 92344. */

type NewDepartment = Parameters<Client['departmentCreate']>[0]

const made = async (school: School, asked: NewDepartment) => (await school.client.departmentCreate(asked)).id

async function shown(school: School, id: number) {
  const { departments } = await school.client.departmentList({ id })
  return departments[0]
}

onBoth('a class belongs to a grade; a grade belongs to the root, a campus or a stage', async (database) => {
  await using school = await makeSchool(database)
  const campus = await made(school, { name: '东校区', parentid: 1, type: 4 })
  const stage = await made(school, { name: '小学', parentid: campus, type: 3 })
  const grade = await made(school, { name: '一年级', parentid: stage, type: 2 })
  const ofType = { 1: await made(school, { name: '1班', parentid: grade, type: 1 }), 2: grade, 3: stage, 4: campus, 5: 1 }
  const allowed: Record<number, number[]> = { 1: [2], 2: [3, 4, 5], 3: [4, 5], 4: [5] }
  for (const type of [1, 2, 3, 4])
    for (const [above, parentid] of Object.entries(ofType)) {
      const asked = { name: `${type}在${above}下`, parentid, type }
      if (allowed[type]?.includes(Number(above))) await made(school, asked)
      else await refused(made(school, asked), 65015, /parentid/)
    }
})

onBoth('a department gets the id that the call names, else the next free id', async (database) => {
  await using school = await makeSchool(database)
  const answer = await school.client.departmentCreate({ name: '一年级', parentid: 1, type: 2, id: 700 })
  assert.deepEqual([answer.errcode, answer.errmsg, answer.id], [0, 'created', 700])
  assert.equal(await made(school, { name: '二年级', parentid: 1, type: 2 }), 701)
  await refused(made(school, { name: '三年级', parentid: 1, type: 2, id: 700 }), 60008, /id: 700/)
  for (const id of [1, 0, -5, 2 ** 31]) await refused(made(school, { name: '三年级', parentid: 1, type: 2, id }), 40058, /id/)
})

onBoth('a department gets a free id even when the highest possible id is taken', async (database) => {
  await using school = await makeSchool(database)
  await made(school, { name: '一年级', parentid: 1, type: 2, id: 2 ** 31 - 1 })
  const id = await made(school, { name: '二年级', parentid: 1, type: 2 })
  assert.ok(id > 1 && id < 2 ** 31, String(id))
})

onBoth('a department name has 1 to 32 characters, none of which WeCom forbids', async (database) => {
  await using school = await makeSchool(database)
  const named = (name?: string) => made(school, { parentid: 1, type: 2, ...(name !== undefined && { name }) })
  await named('𠮷'.repeat(32))
  for (const name of ['a-b', 'a\\b', 'a:b', 'a*b', 'a?b', 'a"b', 'a<b', 'a>b', 'a/b', 'a，b']) await refused(named(name), 60009, /name/)
  for (const name of [undefined, '', 'x'.repeat(33)]) await refused(named(name), 40058, /name/)
})

onBoth('a department needs an existing parent department and a type from 1 (class) to 4 (campus)', async (database) => {
  await using school = await makeSchool(database)
  for (const parentid of [0, 99]) await refused(made(school, { name: '一年级', parentid, type: 2 }), 60004, /parentid/)
  for (const type of [0, 5, 6, -1]) await refused(made(school, { name: '一年级', parentid: 1, type }), 65007, /type/)
  for (const missing of [
    { name: '一年级', type: 2 },
    { name: '一年级', parentid: 1 },
  ])
    await refused(made(school, missing as never), 40058)
})

onBoth('a standard grade sets the name of a grade and the year in which its students started', async (database) => {
  await using school = await makeSchool(database)
  school.clock.now = Date.UTC(2026, 8, 1) / 1000 // 1 September: a new school year
  const grade = (more: Partial<NewDepartment>) => made(school, { parentid: 1, type: 2, ...more })
  const third = await shown(school, await grade({ standard_grade: 33 }))
  assert.deepEqual([third?.name, third?.standard_grade, third?.register_year], ['三年级', 33, 2024])
  const both = await shown(school, await grade({ standard_grade: 61, register_year: 2025, name: 'ignored' }))
  assert.deepEqual([both?.name, both?.standard_grade, both?.register_year], ['初一', 61, 2025])
  const own = await shown(school, await grade({ standard_grade: 121, name: '预科' }))
  assert.deepEqual([own?.name, own?.register_year], ['预科', 2026])
  const none = await shown(school, await grade({ standard_grade: 0, name: '兴趣班' }))
  assert.deepEqual([none?.standard_grade, none?.register_year], [undefined, undefined])
  for (const standard_grade of [6, 30, 40, 65, 95, 120, 133, -1]) await refused(grade({ name: '一年级', standard_grade }), 65009)
  for (const register_year of [1969, 2101]) await refused(grade({ name: '一年级', register_year }), 65008)
  await refused(made(school, { name: '小学', parentid: 1, type: 3, standard_grade: 31 }), 65009)
  await refused(made(school, { name: '小学', parentid: 1, type: 3, register_year: 2025 }), 65008)
})

onBoth('each type of administrator is allowed only on its type of department: campus, grade, class, class, stage', async (database) => {
  await using school = await makeSchool(database)
  const grade = await made(school, { name: '一年级', parentid: 1, type: 2 })
  const place: Record<number, number> = { 1: grade, 2: 1, 3: 1, 4: 1 }
  const fits: Record<number, number> = { 1: 4, 2: 2, 3: 1, 4: 1, 5: 3 }
  for (const type of [1, 2, 3, 4])
    for (const admin of [1, 2, 3, 4, 5]) {
      const asked = {
        name: `${type}有${admin}`,
        parentid: place[type] as number,
        type,
        department_admins: [{ userid: 'wang', type: admin }],
      }
      if (fits[admin] !== type) await refused(made(school, asked), 65006, /department_admins/)
      else assert.deepEqual((await shown(school, await made(school, asked)))?.department_admins, [{ userid: 'wang', type: admin }])
    }
  await refused(made(school, { name: '2班', parentid: grade, type: 1, department_admins: [{ userid: 'wang', type: 6 }] }), 65006)
})

onBoth('one teacher may be both head and subject teacher of a class, and the subject is stored', async (database) => {
  await using school = await makeSchool(database)
  const parentid = await made(school, { name: '一年级', parentid: 1, type: 2 })
  const department_admins = [
    { userid: 'Wang', type: 3 },
    { userid: 'wang', type: 4, subject: '语文' },
  ]
  assert.deepEqual(
    (await shown(school, await made(school, { name: '1班', parentid, type: 1, department_admins })))?.department_admins,
    department_admins,
  )
  const long = [{ userid: 'wang', type: 4, subject: 'x'.repeat(16) }]
  await refused(made(school, { name: '2班', parentid, type: 1, department_admins: long }), 40058, /subject/)
})
