import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92333 (one parent) and 92336 (a batch). */

const plan = { classes: { '3A': { li: ['mum'], wu: ['mum', 'dad'] }, '3B': { he: [] } }, living: ['3A'] }
const child = (student_userid: string, relation = '妈妈') => ({ student_userid, relation })

onBoth('the children in an update replace the parent’s former children', async (database) => {
  await using school = await makeSchool(database, plan)
  const { errmsg } = await school.client.updateParent({ parent_userid: 'MUM', children: [child('wu', '姨妈'), child('he')] })
  assert.equal(errmsg, 'updated')
  const { parent } = await school.client.userGet({ userid: 'mum' })
  assert.deepEqual(parent?.children, [child('wu', '姨妈'), child('he')])
  assert.equal(parent?.is_subscribe, 1)
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'mum/wu', 'wu'])
  const other = await school.startLiving(['3B'])
  assert.deepEqual(await school.unwatched(other), ['he', 'mum/he'])
})

onBoth('a child that is removed and added again is the same viewer, with its earlier stays', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('mum/li')
  await school.client.updateParent({ parent_userid: 'mum', children: [child('wu')] })
  await school.client.updateParent({ parent_userid: 'mum', children: [child('li'), child('wu')] })
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'mum/wu', 'wu'])
})

onBoth('an empty or absent list of children leaves the children as they are', async (database) => {
  await using school = await makeSchool(database, plan)
  const before = await school.client.userGet({ userid: 'mum' })
  await school.client.updateParent({ parent_userid: 'mum', children: [] })
  await school.client.updateParent({ parent_userid: 'mum' })
  assert.deepEqual(await school.client.userGet({ userid: 'mum' }), before)
  await school.client.updateParent({ parent_userid: 'mum', children: [], mobile: '13800000009' })
  assert.equal((await school.client.userGet({ userid: 'mum' })).parent?.mobile, '13800000009')
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'mum/li', 'mum/wu', 'wu'])
})

onBoth('a parent’s new userid is shown in running and in ended livings', async (database) => {
  await using school = await makeSchool(database, plan)
  const old = await school.startLiving(['3A'])
  await endAt(school, school.clock.now + 1, old)
  await school.client.updateParent({ parent_userid: 'mum', new_parent_userid: 'Mama', children: [child('wu')] })
  assert.deepEqual(await school.unwatched(), ['Mama/wu', 'dad/wu', 'li', 'wu'])
  assert.deepEqual(await school.unwatched(old), ['Mama/li', 'Mama/wu', 'dad/wu', 'li', 'wu'])
  await refused(school.client.userGet({ userid: 'mum' }), 60111)
  assert.deepEqual((await school.watch('mama/wu')).unknown, [])
  assert.equal((await school.watch('mum/wu')).unknown.length, 1)
})

onBoth('a parent’s userid can be changed once, to a free one', async (database) => {
  await using school = await makeSchool(database, plan)
  const rename = (parent_userid: string, new_parent_userid: string) => school.client.updateParent({ parent_userid, new_parent_userid })
  for (const taken of ['dad', 'LI']) await refused(rename('mum', taken), 60102, /new_parent_userid/)
  await refused(rename('mum', '_x'), 40003, /new_parent_userid/)
  await rename('mum', 'mum')
  await rename('mum', 'Mum')
  await refused(rename('mum', 'mama'), 40058, /once/)
})

onBoth('a child in an update needs a relation, which may be empty', async (database) => {
  await using school = await makeSchool(database, plan)
  const update = (children: { student_userid: string; relation?: string }[]) =>
    school.client.updateParent({ parent_userid: 'mum', children: children as ReturnType<typeof child>[] })
  await refused(update([child('li'), { student_userid: 'wu' }]), 40058, /^children\[1\]\.relation: /)
  assert.deepEqual((await school.client.userGet({ userid: 'mum' })).parent?.children, [child('li'), child('wu')])
  await update([child('wu', '')])
  assert.deepEqual((await school.client.userGet({ userid: 'mum' })).parent?.children, [child('wu', '')])
})

onBoth('a refused update of a parent changes nothing', async (database) => {
  await using school = await makeSchool(database, plan)
  const before = await school.client.userGet({ userid: 'mum' })
  const mobile = (await school.client.userGet({ userid: 'dad' })).parent?.mobile as string
  const update = (more: object) => school.client.updateParent({ parent_userid: 'mum', ...more })
  await refused(update({ children: [child('nobody')] }), 60111, /children/)
  await refused(update({ children: [child('dad')] }), 65010, /children/)
  await refused(update({ children: [child('li', '妈'.repeat(11))] }), 40058, /relation/)
  await refused(update({ children: Array(11).fill(child('li')) }), 40058, /children/)
  await refused(update({ children: [child('he')], mobile }), 60137)
  await refused(update({ children: [child('he')], mobile: 'x' }), 60103)
  await refused(school.client.updateParent({ parent_userid: 'nobody' }), 60111)
  await refused(school.client.updateParent({ parent_userid: 'li' }), 60111)
  assert.deepEqual(await school.client.userGet({ userid: 'mum' }), before)
})

onBoth('a batch makes the possible changes in order, and lists the failures', async (database) => {
  await using school = await makeSchool(database, plan)
  const answer = await refused<{ result_list: { parent_userid: string; errcode: number }[] }>(
    school.client.batchUpdateParent({
      parents: [
        { parent_userid: 'mum', new_parent_userid: 'mama' },
        { parent_userid: 'nobody', mobile: '13800000001' },
        { parent_userid: 'mama', children: [child('he')] },
        { parent_userid: 'mum', mobile: '13800000002' },
        { parent_userid: 'mama', children: [child('wu'), child('he')] },
        { parent_userid: 'dad', mobile: '13800000001' },
      ],
    }),
    60111,
  )
  assert.deepEqual(answer.result_list.map((each) => [each.parent_userid, each.errcode]), [['nobody', 60111], ['mum', 60111]]) // biome-ignore format: easier to read on one line
  assert.deepEqual((await school.client.userGet({ userid: 'mama' })).parent?.children.map((each) => each.student_userid), ['wu', 'he']) // biome-ignore format: easier to read on one line
  assert.equal((await school.client.userGet({ userid: 'dad' })).parent?.mobile, '13800000001')
  assert.deepEqual(await school.unwatched(), ['dad/wu', 'li', 'mama/wu', 'wu'])
})

onBoth('a batch has 1 to 100 parents and answers errmsg "updated"', async (database) => {
  await using school = await makeSchool(database, plan)
  const { errmsg, result_list } = await school.client.batchUpdateParent({ parents: [{ parent_userid: 'mum' }] })
  assert.deepEqual([errmsg, result_list], ['updated', []])
  await refused(school.client.batchUpdateParent({ parents: [] }), 40058, /parents/)
  await refused(school.client.batchUpdateParent({ parents: Array(101).fill({ parent_userid: 'mum' }) }), 65011, /parents/)
})
