import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { makeSchool } from '../world.ts'

/** Named after the sentences of page 95795. */

onBoth('students and parents who have not watched are listed, each on their own', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }, living: ['3A'] })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li', 'wu', 'wu_dad/wu'])
  await school.watch('li_mum/li')
  await school.watch('wu')
  assert.deepEqual(await school.unwatched(), ['li', 'wu_dad/wu'])
})

onBoth('only students and parents who follow the notices are counted', async (database) => {
  await using school = await makeSchool(database, {
    classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } },
    silent: ['li', 'wu_dad'],
    living: ['3A'],
  })
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu'])
})

onBoth('partyids are the classes the student is in', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] }, choir: { li: [] } }, living: ['3A'] })
  const { stat_info } = await school.client.getUnwatchStatV2({ livingid: school.living })
  const partyids = Object.values(school.classIds)
  assert.deepEqual(stat_info, {
    students: [{ student_userid: 'li', partyids }],
    parents: [{ parent_userid: 'li_mum', student_userid: 'li', partyids }],
  })
})
