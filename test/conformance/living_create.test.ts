import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { enrolled, linesOf, reserve } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 93637, and `living_range`, a field that only Rollcall has. */

const plan = { classes: { '3A': { li: ['li_mum'] }, '3B': { wu: [] } }, silent: ['li_mum'] }

onBoth('a livingid has 32 characters like those of WeCom, and each living gets another one', async (database) => {
  await using school = await makeSchool(database, plan)
  const ids = [await reserve(school, ['3A']), await reserve(school, ['3A'])]
  for (const id of ids) assert.match(id, /^lv[A-Za-z0-9_-]{30}$/)
  assert.notEqual(ids[0], ids[1])
})

onBoth('a new living has a line for everybody in range, subscribed or not', async (database) => {
  await using school = await makeSchool(database, plan)
  const line = { partyids: [school.classIds['3A']], in_range: 1, is_subscribe: 1, excused: null, watched: 0 }
  assert.deepEqual(await linesOf(school, await reserve(school, ['3A'])), [
    { who: 'li', ...line },
    { who: 'li_mum/li', ...line, is_subscribe: 0 },
  ])
})

onBoth('a grade or the root in the range means all classes below it, including later ones', async (database) => {
  await using school = await makeSchool(database, plan)
  const grade = (school.classIds['3A'] as number) - 1
  const ofSchool = await reserve(school, [], { living_range: { partyids: [1] } })
  const ofGrade = await reserve(school, [], { living_range: { partyids: [grade, grade] } })
  const { id } = await school.client.departmentCreate({ name: '3C', parentid: grade, type: 1 })
  const { id: fourth } = await school.client.departmentCreate({ name: '四年级', parentid: 1, type: 2 })
  const other = await school.client.departmentCreate({ name: '4A', parentid: fourth, type: 1 })
  Object.assign(school.classIds, { '3C': id, '4A': other.id })
  await enrolled(school, 'he', ['3C'])
  await enrolled(school, 'ma', ['4A'])
  assert.deepEqual(await school.unwatched(ofGrade), ['he', 'li', 'wu'])
  assert.deepEqual(await school.unwatched(ofSchool), ['he', 'li', 'ma', 'wu'])
})

onBoth('a class created after the end is not in range of the ended living', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, [], { living_range: { partyids: [1] } })
  await school.client.ours.start({ livingid })
  school.clock.now += 60
  await school.client.ours.end({ livingid })
  const parentid = (school.classIds['3A'] as number) - 1
  const { id } = await school.client.departmentCreate({ name: '3C', parentid, type: 1 })
  Object.assign(school.classIds, { '3C': id })
  await enrolled(school, 'he', ['3C'])
  assert.deepEqual(await school.unwatched(livingid), ['li', 'wu'])
})

onBoth('without a range, the living is for the classes of which the anchor is a teacher', async (database) => {
  await using school = await makeSchool(database, plan)
  const parentid = (school.classIds['3A'] as number) - 1
  const headed = (name: string, type: number, userid: string) =>
    school.client.departmentCreate({ name, parentid, type: 1, department_admins: [{ userid, type }] })
  const [form, subject, colleague] = [await headed('3C', 3, 'Wang'), await headed('3D', 4, 'wang'), await headed('3E', 3, 'zhao')]
  Object.assign(school.classIds, { '3C': form.id, '3D': subject.id, '3E': colleague.id })
  for (const [student, name] of [['c', '3C'], ['d', '3D'], ['e', '3E']] as const) await enrolled(school, student, [name]) // biome-ignore format: a table
  const asked = { theme: '公开课', living_start: school.clock.now, living_duration: 3600 }
  const ofWang = await school.client.livingCreate({ ...asked, anchor_userid: 'WANG' })
  assert.deepEqual(await school.unwatched(ofWang.livingid), ['c', 'd'])
  const ofNobody = await school.client.livingCreate({ ...asked, anchor_userid: 'nobody' })
  assert.deepEqual(await school.unwatched(ofNobody.livingid), [])
  assert.deepEqual(await school.unwatched(await reserve(school, [])), [])
})

onBoth('a range names at most 100 parties, and all must exist', async (database) => {
  await using school = await makeSchool(database, plan)
  const ranged = (partyids: readonly number[]) => reserve(school, [], { living_range: { partyids: [...partyids] } })
  await refused(ranged([999]), 60123, /999/)
  await refused(ranged(Array.from({ length: 101 }, () => 1)), 40058, /living_range.partyids/)
  const parentid = (school.classIds['3A'] as number) - 1
  const ids = Object.values(school.classIds)
  while (ids.length < 100) ids.push((await school.client.departmentCreate({ name: `${ids.length}班`, parentid, type: 1 })).id)
  assert.deepEqual(await school.unwatched(await ranged(ids)), ['li', 'wu'])
})

onBoth('a living needs an anchor, a theme of 1-20 characters, a start in seconds and a duration', async (database) => {
  await using school = await makeSchool(database)
  await reserve(school, [], { theme: '课'.repeat(20), type: 4, description: 'x'.repeat(100), remind_time: 60, agentid: 1 })
  const bad: [string, object][] = [
    ['theme', { theme: '课'.repeat(21) }],
    ['theme', { theme: '' }],
    ['anchor_userid', { anchor_userid: undefined }],
    ['living_start', { living_start: school.clock.now * 1000 }],
    ['living_start', { living_start: undefined }],
    ['living_duration', { living_duration: 0 }],
    ['type', { type: 5 }],
    ['description', { description: 'x'.repeat(101) }],
    ['living_range', { living_range: 'x' }],
  ]
  for (const [field, more] of bad) await refused(reserve(school, [], more), 40058, new RegExp(field))
})
