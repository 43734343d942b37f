import assert from 'node:assert/strict'
import { knownViewers, type Person, personKey } from '../../src/attendance/known.ts'
import { onBoth } from '../databases.ts'
import { enrolled } from '../lesson.ts'
import { makeSchool } from '../world.ts'

const people = (...student_userids: string[]) =>
  new Map<string, Person>(student_userids.map((id) => [personKey({ student_userid: id }), { student_userid: id }]))

onBoth('who is known is known still when there are more people than are kept', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [], he: [], ma: [] } } })
  const viewers = knownViewers(2)
  await viewers(school.db, school.corp_no, people('li', 'wu', 'he'))
  const [both, one] = await Promise.all([
    viewers(school.db, school.corp_no, people('li', 'ma')),
    viewers(school.db, school.corp_no, people('wu')),
  ])
  assert.ok(both.has('li') && both.has('ma') && one.has('wu'))
})

onBoth('who comes onto the roster is known from then', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const viewers = knownViewers()
  assert.equal((await viewers(school.db, school.corp_no, people('wu'))).has('wu'), false)
  await enrolled(school, 'wu', ['3A'])
  assert.equal((await viewers(school.db, school.corp_no, people('wu'))).has('wu'), true)
})
