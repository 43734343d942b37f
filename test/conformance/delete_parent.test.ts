import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92332 (one parent) and 92335 (a batch). */

const plan = { classes: { '3A': { li: ['mum'], wu: ['mum', 'dad'] } }, living: ['3A'] }

onBoth('a deleted parent is not expected in open livings; the list of an ended living stays as it was', async (database) => {
  await using school = await makeSchool(database, plan)
  const old = await school.startLiving(['3A'])
  await endAt(school, school.clock.now + 1, old)
  assert.equal((await school.client.deleteParent({ userid: 'MUM' })).errmsg, 'deleted')
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'wu'])
  assert.deepEqual(await school.unwatched(old), ['dad/wu', 'li', 'mum/li', 'mum/wu', 'wu'])
  assert.deepEqual((await school.client.userGet({ userid: 'li' })).student?.parents, [])
  await refused(school.client.userGet({ userid: 'mum' }), 60111)
  await refused(school.client.deleteParent({ userid: 'mum' }), 60111)
})

onBoth('a parent created again with the same userid has only the new children, and is not subscribed', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.client.deleteParent({ userid: 'mum' })
  await school.client.createParent({ parent_userid: 'mum', mobile: '13900000000', children: [{ student_userid: 'wu', relation: '妈妈' }] })
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'wu'])
  await school.client.ours.subscriptions({ parents: [{ parent_userid: 'mum', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'mum/wu', 'wu'])
  const { parent } = await school.client.userGet({ userid: 'mum' })
  assert.deepEqual(parent?.children.map((each) => each.student_userid), ['wu']) // biome-ignore format: easier to read on one line
})

onBoth('deleting a parent is refused for an unknown userid and for a student', async (database) => {
  await using school = await makeSchool(database, plan)
  for (const userid of ['nobody', 'li']) await refused(school.client.deleteParent({ userid }), 60111, /userid/)
  assert.equal((await school.client.userGet({ userid: 'li' })).user_type, 1)
})

onBoth('a batch deletes the parents it can and lists the failures', async (database) => {
  await using school = await makeSchool(database, plan)
  const answer = await refused<{ result_list: { parent_userid: string; errcode: number }[] }>(
    school.client.batchDeleteParent({ useridlist: ['mum', 'li', 'Mum'] }),
    60111,
  )
  assert.deepEqual(answer.result_list.map((each) => each.parent_userid), ['li', 'Mum']) // biome-ignore format: easier to read on one line
  const { errmsg, result_list } = await school.client.batchDeleteParent({ userid_list: ['dad'] })
  assert.deepEqual([errmsg, result_list], ['deleted', []])
  assert.deepEqual(await school.unwatched(), ['li', 'wu'])
  for (const useridlist of [[], undefined]) await refused(school.client.batchDeleteParent({ useridlist } as never), 40058, /useridlist/)
  const many = Array(101).fill('dad')
  for (const list of [{ useridlist: many }, { userid_list: many }]) await refused(school.client.batchDeleteParent(list), 65011, /list/)
})
