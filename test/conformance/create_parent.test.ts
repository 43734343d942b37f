import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { enrolled } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92331 (one parent) and 92334 (a batch). */

const plan = { classes: { '3A': { li: [], wu: ['wu_mum'] }, '3B': { he: [] } } }

/** A parent to be created, with a mobile number that is derived from the userid. */
const parent = (parent_userid: string, children: readonly string[], more: object = {}) => ({
  parent_userid,
  mobile: `138${String(Math.abs([...parent_userid].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)) % 1e8).padStart(8, '0')}`,
  children: children.map((student_userid) => ({ student_userid, relation: '爸爸' })),
  ...more,
})

onBoth('a new parent is shown with the child, not subscribed, and is expected after subscribing', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const answer = await school.client.createParent(parent('Li_Dad', ['LI'], { mobile: '13800000001', to_invite: true }))
  assert.deepEqual([answer.errcode, answer.errmsg], [0, 'created'])
  const { student } = await school.client.userGet({ userid: 'li' })
  assert.deepEqual(student?.parents, [{ parent_userid: 'Li_Dad', relation: '爸爸', mobile: '13800000001', is_subscribe: 0 }])
  assert.deepEqual(await school.unwatched(), ['li', 'wu', 'wu_mum/wu'])
  await school.client.ours.subscriptions({ parents: [{ parent_userid: 'li_dad', is_subscribe: 1 }] })
  assert.deepEqual(await school.unwatched(), ['Li_Dad/li', 'li', 'wu', 'wu_mum/wu'])
})

onBoth('a parent has 1 to 10 children, in any classes; a child has any number of parents', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const ten = ['li', 'wu', 'he']
  for (let index = 0; ten.length < 11; index++) {
    await enrolled(school, `p${index}`, ['3B'])
    ten.push(`p${index}`)
  }
  await refused(school.client.createParent(parent('eleven', ten)), 40058, /children/)
  await refused(school.client.createParent(parent('none', [])), 40058, /children/)
  for (const name of ['mum', 'dad']) await school.client.createParent(parent(name, ten.slice(0, 10)))
  const { parent: shown } = await school.client.userGet({ userid: 'mum' })
  assert.deepEqual(shown?.children.map((child) => child.student_userid).sort(), ten.slice(0, 10).sort()) // biome-ignore format: easier to read on one line
  await school.client.ours.subscriptions({ parents: ['mum', 'dad'].map((parent_userid) => ({ parent_userid, is_subscribe: 1 })) })
  assert.deepEqual(await school.unwatched(), ['dad/li', 'dad/wu', 'li', 'mum/li', 'mum/wu', 'wu', 'wu_mum/wu'])
})

onBoth('a child named twice in one call is one child, with the last relation', async (database) => {
  await using school = await makeSchool(database, plan)
  const children = [{ student_userid: 'li', relation: '爸爸' }, { student_userid: 'LI', relation: '爷爷' }] // biome-ignore format: laid out as a table
  await school.client.createParent(parent('dad', [], { children }))
  const { parent: shown } = await school.client.userGet({ userid: 'dad' })
  assert.deepEqual(shown?.children, [{ student_userid: 'li', relation: '爷爷' }])
})

onBoth('the children of a parent must be students of the school', async (database) => {
  await using school = await makeSchool(database, plan)
  await refused(school.client.createParent(parent('dad', ['li', 'nobody'])), 60111, /children/)
  await refused(school.client.createParent(parent('dad', ['wu_mum'])), 65010, /children/)
  await refused(school.client.userGet({ userid: 'dad' }), 60111)
})

onBoth('a parent needs a free userid, a mobile that no other parent has, and a relation of at most 32 bytes', async (database) => {
  await using school = await makeSchool(database, plan)
  const create = (userid: string, more: object = {}) => school.client.createParent(parent(userid, ['li'], more))
  for (const taken of ['li', 'WU_MUM']) await refused(create(taken), 60102, /parent_userid/)
  await refused(create('_x'), 40003, /parent_userid/)
  await create('dad', { mobile: '13800000001' })
  await refused(create('mum', { mobile: '13800000001' }), 60137, /mobile/)
  await refused(create('mum', { mobile: 'x' }), 60103, /mobile/)
  for (const mobile of [undefined, null, '']) await refused(create('mum', { mobile }), 40058, /mobile/)
  const related = (relation: string) => create('mum', { children: [{ student_userid: 'li', relation }] })
  for (const relation of ['x'.repeat(33), '爸'.repeat(11)]) await refused(related(relation), 40058, /relation/)
  await related('爸'.repeat(10))
})

onBoth('where the number of parents is limited, one more is refused with 65018 until a parent leaves', async (database) => {
  await using school = await makeSchool(database, { ...plan, parentCapacity: 2 })
  const { client } = school
  const batch = [parent('_bad', ['li']), parent('dad', ['li']), parent('mum', ['li'])]
  const answer = await refused<{ result_list: { parent_userid: string; errcode: number }[] }>(client.batchCreateParent({ parents: batch }), 40003) // biome-ignore format: easier to read on one line
  assert.deepEqual(answer.result_list.map((each) => [each.parent_userid, each.errcode]), [['_bad', 40003], ['mum', 65018]]) // biome-ignore format: laid out as a table
  await refused(client.createParent(parent('mum', ['li'])), 65018, /^the school has 2 parents, expected fewer than 2\. /)
  await client.updateParent({ parent_userid: 'dad', mobile: '13800000001' })
  await client.deleteParent({ userid: 'dad' })
  await client.createParent(parent('mum', ['li']))
  await refused(client.createParent(parent('dad', ['li'])), 65018)
})

onBoth('a child needs a relation, which may be empty', async (database) => {
  await using school = await makeSchool(database, plan)
  const children = (relation?: string | null) => ({ children: [{ student_userid: 'li', relation: '爸爸' }, { student_userid: 'he', relation }] }) // biome-ignore format: easier to read on one line
  for (const relation of [undefined, null])
    await refused(
      school.client.createParent(parent('dad', [], children(relation))),
      40058,
      /^children\[1\]\.relation: .* got (nothing|null)\. /,
    )
  const parents = [parent('dad', ['li']), parent('mum', [], children())]
  await refused(school.client.batchCreateParent({ parents }), 40058, /^parents\[1\]\.children\[1\]\.relation: /)
  await refused(school.client.userGet({ userid: 'dad' }), 60111)
  await school.client.createParent(parent('dad', [], children('')))
  const { parent: shown } = await school.client.userGet({ userid: 'dad' })
  assert.deepEqual(shown?.children.map((child) => child.relation), ['爸爸', '']) // biome-ignore format: easier to read on one line
})

onBoth('a batch creates the parents it can, lists the failures, and answers the first failure’s errcode', async (database) => {
  await using school = await makeSchool(database, plan)
  const parents = [
    parent('dad', ['li']),
    parent('mum', ['nobody'], { mobile: '13800000001' }),
    parent('DAD', ['wu'], { mobile: '13800000002' }),
    parent('gran', ['he'], { mobile: '13800000001' }),
  ]
  const answer = await refused<{ result_list: { parent_userid: string; errcode: number }[] }>(
    school.client.batchCreateParent({ parents }),
    60111,
  )
  assert.deepEqual(answer.result_list.map((each) => [each.parent_userid, each.errcode]), [['mum', 60111], ['DAD', 60102]]) // biome-ignore format: laid out as a table
  const { result_list, errmsg } = await school.client.batchCreateParent({ parents: [parent('aunt', ['li', 'he'])] })
  assert.deepEqual([result_list, errmsg], [[], 'created'])
  for (const userid of ['dad', 'gran', 'aunt']) assert.equal((await school.client.userGet({ userid })).user_type, 2)
  const many = Array.from({ length: 101 }, (_, index) => parent(`p${index}`, ['li']))
  await refused(school.client.batchCreateParent({ parents: [] }), 40058, /parents/)
  await refused(school.client.batchCreateParent({ parents: many }), 65011, /^parents: expected an array of 1-100, got an array of 101\. /)
})
