import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, enrolled, linesOf, moved } from '../livings.ts'
import { makeSchool } from '../world.ts'

/** A register is frozen as of the end, whenever the end is reported or corrected. */

const plan = { classes: { '3A': { li: [], wu: [], he: [] }, '3B': {} }, living: ['3A'] }

onBoth('who joined between the end and its report is not listed, and who left or unfollowed in between still is', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  school.clock.now = now + 1000
  await enrolled(school, 'ma', ['3A'])
  await moved(school, 'li', ['3B'])
  await school.client.ours.subscriptions({ students: [{ student_userid: 'wu', is_subscribe: 0 }] })
  await school.client.deleteStudent({ userid: 'he' })
  school.clock.now = now + 2000
  await endAt(school, now + 500)
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'wu'])
  const lines = await linesOf(school)
  assert.deepEqual(lines.find(({ who }) => who === 'li')?.partyids, [school.classIds['3A']], 'the classes are those of the end')
})

onBoth('who joined in the very second of the end is in range, and who joined a second later is not', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  school.clock.now = now + 500
  await enrolled(school, 'ma', ['3A'])
  school.clock.now = now + 501
  await enrolled(school, 'su', ['3A'])
  // a change after the end, so that the lines are put back to what they were at the end
  school.clock.now = now + 600
  await moved(school, 'ma', ['3B'])
  await moved(school, 'su', ['3A', '3B'])
  school.clock.now = now + 1000
  await endAt(school, now + 500)
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'ma', 'wu'])
})

onBoth('a subscribed parent who got a child of the class after the end is not listed for that child', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, '3B': { wu: ['mum'] } }, living: ['3A'] })
  const { now } = school.clock
  school.clock.now = now + 600
  const children = ['wu', 'li'].map((student_userid) => ({ student_userid, relation: '妈妈' }))
  await school.client.updateParent({ parent_userid: 'mum', children })
  assert.deepEqual(await school.unwatched(), ['li', 'mum/li'])
  school.clock.now = now + 1000
  await endAt(school, now + 500)
  assert.deepEqual(await school.unwatched(), ['li'])
})

onBoth('a corrected end moves the moment at which the register is frozen, in both directions', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  for (const [at, act] of [
    [100, () => enrolled(school, 'ma', ['3A'])],
    [200, () => moved(school, 'li', ['3B'])],
    [300, () => moved(school, 'li', ['3A', '3B'])],
  ] as const) {
    school.clock.now = now + at
    await act()
  }
  school.clock.now = now + 1000
  for (const [end, listed] of [
    [50, ['he', 'li', 'wu']],
    [250, ['he', 'ma', 'wu']],
    [150, ['he', 'li', 'ma', 'wu']],
    [900, ['he', 'li', 'ma', 'wu']],
    [50, ['he', 'li', 'wu']],
  ] as const) {
    await endAt(school, now + end)
    assert.deepEqual(await school.unwatched(), listed, `end at ${end}`)
  }
})

onBoth('an excuse given after the end stays when the end is corrected', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  school.clock.now = now + 100
  await moved(school, 'li', ['3B'])
  school.clock.now = now + 1000
  await endAt(school, now + 50)
  const viewers = [{ student_userid: 'wu' }]
  await school.client.ours.excuse({ livingid: school.living, viewers, reason: '病假', by: 'wang' })
  school.clock.now = now + 2000
  await endAt(school, now + 500)
  assert.deepEqual(await school.unwatched(), ['he'])
  await endAt(school, now + 60)
  assert.deepEqual(await school.unwatched(), ['he', 'li'])
})
