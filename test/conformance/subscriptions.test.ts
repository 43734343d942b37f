import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** A call of Rollcall's own: who subscribes to the school's notices (「学校通知」). */

const plan = { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }, living: ['3A'] }

onBoth('a parent and a child are expected each by their own subscription', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.ours.subscriptions({
    students: [{ student_userid: 'LI', is_subscribe: 0 }],
    parents: [{ parent_userid: 'Wu_Dad', is_subscribe: false }],
  })
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu'])
  assert.equal((await school.client.userGet({ userid: 'li' })).student?.is_subscribe, 0)
  assert.equal((await school.client.userGet({ userid: 'wu_dad' })).parent?.is_subscribe, 0)
})

onBoth('unknown userids are listed as they were sent, and the others are changed', async (database) => {
  await using school = await makeSchool(database, plan)
  const answer = await school.client.ours.subscriptions({
    students: ['li', 'Nobody', 'wu_dad'].map((student_userid) => ({ student_userid, is_subscribe: 0 })),
    parents: ['li_mum', 'li', 'No.One'].map((parent_userid) => ({ parent_userid, is_subscribe: 0 })),
  })
  assert.deepEqual(
    [answer.errcode, answer.invalid_student_userid, answer.invalid_parent_userid],
    [0, ['Nobody', 'wu_dad'], ['li', 'No.One']],
  )
  assert.deepEqual(await school.unwatched(), ['wu', 'wu_dad/wu'])
})

onBoth('when one call names a person several times, in any case of letters, the last flag counts', async (database) => {
  await using school = await makeSchool(database, plan)
  const said = [['li', 0], ['LI', 1], ['li', 0], ['wu', 0], ['WU', 1]] as const // biome-ignore format: a table
  await school.client.ours.subscriptions({ students: said.map(([student_userid, is_subscribe]) => ({ student_userid, is_subscribe })) })
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('who watched without a subscription is not missing after subscribing', async (database) => {
  await using school = await makeSchool(database, { ...plan, silent: ['li'] })
  await school.watch('li')
  await school.client.ours.subscriptions({ students: [{ student_userid: 'li', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('a call names 0 to 1,000 students and 0 to 1,000 parents', async (database) => {
  await using school = await makeSchool(database, plan)
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ student_userid: `p${index}`, is_subscribe: 1 }))
  const { invalid_student_userid } = await school.client.ours.subscriptions({ students: many(1000) })
  assert.equal(invalid_student_userid.length, 1000)
  await refused(school.client.ours.subscriptions({ students: many(1001) }), 40058, /students/)
  assert.deepEqual((await school.client.ours.subscriptions({})).invalid_parent_userid, [])
  await refused(
    school.client.ours.subscriptions({ students: [{ student_userid: 'li', is_subscribe: 2 }] }),
    40058,
    /students\[0\].is_subscribe/,
  )
})
