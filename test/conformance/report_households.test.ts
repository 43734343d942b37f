import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { makeSchool } from '../world.ts'

/** The households of a report: a student and the parents. One is missing where somebody is expected and nobody has watched. */

const plan = {
  classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] }, '3B': { he: ['he_mum'], li: [] } },
  silent: ['he_mum'],
  living: ['3A', '3B'],
} as const

onBoth('households in which nobody watched are listed', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('li_mum/li')
  const { households, lines } = await school.client.ours.report({ livingid: school.living, kind: 'household' })
  assert.deepEqual(
    households.map(({ student_userid, parent_userids }) => [student_userid, parent_userids]),
    [
      ['wu', ['wu_dad']],
      ['he', ['he_mum']],
    ],
  )
  assert.deepEqual(lines, [])
})

onBoth('a household is not missing when a parent watched who does not subscribe to the notices', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('he_mum/he')
  assert.ok((await school.unwatched()).includes('he'), 'the student alone is missing')
  const { households, counts } = await school.client.ours.report({ livingid: school.living, kind: 'household' })
  assert.deepEqual(
    households.map((household) => household.student_userid),
    ['li', 'wu'],
  )
  assert.deepEqual([counts?.households, counts?.households_missing], [3, 2])
})

onBoth('a missing household does not name a parent who has left it', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.updateParent({ parent_userid: 'wu_dad', children: [{ student_userid: 'he', relation: '爸爸' }] })
  const { households } = await school.client.ours.report({ livingid: school.living, kind: 'household' })
  assert.deepEqual(
    households.map(({ student_userid, parent_userids }) => [student_userid, parent_userids]),
    [
      ['li', ['li_mum']],
      ['wu', []],
      ['he', ['he_mum', 'wu_dad']],
    ],
  )
})
