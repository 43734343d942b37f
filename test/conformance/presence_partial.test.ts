import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { watchedBy } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

onBoth('a parent reported without a child has watched for each of the children on the register', async (database) => {
  const classes = { '3A': { li: ['mum'], wu: ['mum', 'dad'] }, '3B': { he: ['mum'] } }
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const enter_time = school.clock.now
  const answer = await school.client.ours.presence({
    livingid: school.living,
    stays: [
      { parent_userid: 'MUM', enter_time },
      { parent_userid: 'nobody', enter_time },
      { parent_userid: 'nobody', enter_time: enter_time - 1 },
    ],
  })
  assert.deepEqual([answer.accepted, answer.visitors, answer.unknown], [1, 0, [{ parent_userid: 'nobody' }]])
  assert.deepEqual(await watchedBy(school), ['mum/li', 'mum/wu'])
})

onBoth('with partial the good stays of a report are taken, and the bad ones come back by index and reason', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [], wu: [], he: [] } }, living: ['3A'] })
  const { now } = school.clock
  const stays = [
    { student_userid: 'li', enter_time: now + 400 },
    { student_userid: 'wu', enter_time: now },
    { student_userid: 'he', enter_time: now, leave_time: now - 1 },
  ]
  const livingid = school.living
  await refused(school.client.ours.presence({ livingid, stays }), 40058, /stays\[0\]\.enter_time/)
  await refused(school.client.ours.presence({ livingid, stays, partial: 0 }), 40058, /stays\[0\]\.enter_time/)
  assert.deepEqual(await watchedBy(school), [])
  const answer = await school.client.ours.presence({ livingid, stays, partial: 1 })
  assert.equal(answer.accepted, 1)
  assert.deepEqual(
    answer.refused?.map(({ index, reason }) => [index, reason.split(':')[0]]),
    [
      [0, 'enter_time'],
      [2, 'leave_time'],
    ],
  )
  assert.deepEqual(await watchedBy(school), ['wu'])
})
