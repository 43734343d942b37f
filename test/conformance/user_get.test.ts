import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92337. */

onBoth('a student has classes and parents, a parent has children, and userids are spelled as first stored', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { Li: ['mum', 'dad'], wu: ['mum'] } }, silent: ['dad', 'wu'] })
  const { errcode, errmsg, ...user } = await school.client.userGet({ userid: 'LI' })
  assert.deepEqual([errcode, errmsg], [0, 'ok'])
  const parents = user.student?.parents.map(({ parent_userid, relation, is_subscribe }) => ({ parent_userid, relation, is_subscribe }))
  assert.deepEqual(
    { ...user.student, parents },
    {
      student_userid: 'Li',
      name: 'Li',
      department: [school.classIds['3A']],
      is_subscribe: 1,
      parents: [
        { parent_userid: 'mum', relation: '妈妈', is_subscribe: 1 },
        { parent_userid: 'dad', relation: '妈妈', is_subscribe: 0 },
      ],
    },
  )
  assert.deepEqual([user.user_type, user.parent], [1, undefined])
  const mum = await school.client.userGet({ userid: 'MUM' })
  assert.deepEqual([mum.user_type, mum.student, mum.parent?.is_subscribe], [2, undefined, 1])
  assert.deepEqual(mum.parent?.children, [
    { student_userid: 'Li', relation: '妈妈' },
    { student_userid: 'wu', relation: '妈妈' },
  ])
})

onBoth('a userid that only another school knows is refused with 60111', async (database) => {
  await using school = await makeSchool(database)
  await using other = await makeSchool(database, { classes: { '3A': { li: [] } } })
  assert.equal((await other.client.userGet({ userid: 'li' })).user_type, 1)
  await refused(school.client.userGet({ userid: 'li' }), 60111, /li/)
  for (const userid of ['', 'x'.repeat(65)]) await refused(school.client.userGet({ userid }), 40058, /userid/)
})
