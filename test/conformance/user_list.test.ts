import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { send, tokenOf } from '../http/raw.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92338 and 92446. */

const plan = { classes: { '3A': { li: ['mum'], wu: ['dad'] }, '3B': { he: ['mum'] } }, silent: ['dad'] }

onBoth('the students of a class are listed with the same fields as user/get answers', async (database) => {
  await using school = await makeSchool(database, plan)
  const { students } = await school.client.userList({ department_id: school.classIds['3A'] as number })
  assert.deepEqual(students.map((each) => each.student_userid), ['li', 'wu']) // biome-ignore format: easier to read on one line
  for (const student of students) assert.deepEqual(student, (await school.client.userGet({ userid: student.student_userid })).student)
})

onBoth('the parents of a class are listed with all their children and the children’s names', async (database) => {
  await using school = await makeSchool(database, plan)
  const { parents } = await school.client.userListParent({ department_id: school.classIds['3A'] as number })
  const child = (student_userid: string) => ({ student_userid, relation: '妈妈', name: student_userid })
  assert.deepEqual(
    parents.map(({ mobile, ...rest }) => rest),
    [
      { parent_userid: 'mum', is_subscribe: 1, children: [child('li'), child('he')] },
      { parent_userid: 'dad', is_subscribe: 0, children: [child('wu')] },
    ],
  )
  assert.match(parents[0]?.mobile ?? '', /^13\d{9}$/)
})

onBoth('a third-party app is not shown the mobiles of parents, and a delegated app is', async (database) => {
  for (const kind of ['third-party', 'delegated'] as const) {
    await using school = await makeSchool(database, { ...plan, kind })
    const { client } = school
    const department_id = school.classIds['3A'] as number
    const { student } = await client.userGet({ userid: 'li' })
    const { parent } = await client.userGet({ userid: 'mum' })
    const { students } = await client.userList({ department_id })
    const { parents } = await client.userListParent({ department_id })
    const shown = [...(student?.parents ?? []), parent, ...students.flatMap((each) => each.parents), ...parents]
    assert.deepEqual(shown.map((each) => each?.parent_userid), ['mum', 'mum', 'mum', 'dad', 'mum', 'dad']) // biome-ignore format: easier to read on one line
    for (const each of shown) assert.equal(Object.hasOwn(each ?? {}, 'mobile'), kind === 'delegated', each?.parent_userid)
  }
})

onBoth('a department that is not a class lists nobody, and an unknown department is refused with 60003', async (database) => {
  await using school = await makeSchool(database, plan)
  assert.deepEqual((await school.client.userList({ department_id: 1 })).students, [])
  assert.deepEqual((await school.client.userListParent({ department_id: 1 })).parents, [])
  await refused(school.client.userList({ department_id: 999 }), 60003)
  await refused(school.client.userListParent({ department_id: 999 }), 60003)
  await refused(school.client.userList({} as never), 40058, /department_id/)
})

onBoth('the parameter fetch_child is ignored, whatever its value', async (database) => {
  await using school = await makeSchool(database, plan)
  const token = await tokenOf(school.base, school.app)
  for (const fetch_child of ['null', 'None', '', '0', '1', 'true', 'x']) {
    const path = `/cgi-bin/school/user/list?access_token=${token}&department_id=1&fetch_child=${fetch_child}`
    const { text } = await send(school.base, path, { method: 'GET' })
    assert.deepEqual(JSON.parse(text), { errcode: 0, errmsg: 'ok', students: [] })
  }
})
