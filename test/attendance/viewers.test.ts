import assert from 'node:assert/strict'
import { viewerLookup } from '../../src/roster/viewers.ts'
import { onBoth } from '../databases.ts'
import { enrolled } from '../livings.ts'
import { makeSchool } from '../world.ts'

const people = (...student_userids: string[]) => student_userids.map((student_userid) => ({ student_userid }))

onBoth('the viewer lookup finds everybody, even when more people are asked for than its cache holds', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [], he: [], ma: [] } } })
  const viewers = viewerLookup(2)
  await viewers(school.db, school.corp_no, people('li', 'wu', 'he'))
  const [both, one] = await Promise.all([
    viewers(school.db, school.corp_no, people('li', 'ma')),
    viewers(school.db, school.corp_no, people('wu')),
  ])
  assert.ok(both[0] && both[1] && one[0])
})

onBoth('the viewer lookup finds a new student at once, and answers in the order of the question', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const viewers = viewerLookup()
  assert.deepEqual(await viewers(school.db, school.corp_no, people('wu')), [undefined])
  await enrolled(school, 'wu', ['3A'])
  const [li, wu, nobody, again] = await viewers(school.db, school.corp_no, people('li', 'wu', 'nobody', 'WU'))
  assert.ok(li && wu && li !== wu && !nobody)
  assert.equal(again, wu)
})
