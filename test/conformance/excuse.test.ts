import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

/** Excuses, a call of Rollcall's own: who is excused is not expected. */

const plan = {
  classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] }, '3B': { he: ['he_mum'], li: [] } },
  silent: ['he_mum'],
  living: ['3A', '3B'],
} as const

/** The reason that the report gives for this userid. */
const reasonOf = async (school: School, userid: string, ask: object = {}) => {
  const { lines } = await school.client.ours.report({ livingid: school.living, ...ask })
  return lines.find((line) => (line.parent_userid ?? line.student_userid) === userid)?.reason
}

onBoth('an excused viewer is not listed, and is listed again when the excuse is undone', async (database) => {
  await using school = await makeSchool(database, plan)
  const viewers = [{ student_userid: 'wu', parent_userid: 'wu_dad' }, { student_userid: 'nobody' }]
  const { excused, unknown } = await school.client.ours.excuse({ livingid: school.living, viewers, reason: '出差', by: 'wang' })
  assert.deepEqual([excused, unknown], [1, [{ student_userid: 'nobody' }]])
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'li_mum/li', 'wu'])
  await assert.rejects(school.client.ours.excuse({ livingid: school.living, viewers }), { errcode: 40058 })
  await school.client.ours.excuse({ livingid: school.living, viewers, undo: 1 })
  assert.deepEqual(await school.unwatched(), ['he', 'li', 'li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('undo 0 excuses, as a call without undo does', async (database) => {
  await using school = await makeSchool(database, plan)
  const viewers = [{ student_userid: 'wu' }]
  for (const undo of [0, false] as const) {
    const { excused } = await school.client.ours.excuse({ livingid: school.living, viewers, reason: '病假', by: 'wang', undo })
    assert.equal(excused, 1)
    assert.ok(!(await school.unwatched()).includes('wu'), `with undo ${undo}`)
    await assert.rejects(school.client.ours.excuse({ livingid: school.living, viewers, undo }), { errcode: 40058 })
    await school.client.ours.excuse({ livingid: school.living, viewers, undo: 1 })
  }
})

onBoth('a viewer who does not subscribe is not_subscribed, excused or not', async (database) => {
  await using school = await makeSchool(database, plan)
  const viewers = [{ student_userid: 'he', parent_userid: 'he_mum' }]
  await school.client.ours.excuse({ livingid: school.living, viewers, reason: '病假', by: 'wang' })
  assert.equal(await reasonOf(school, 'he_mum'), 'not_subscribed')
  const { counts } = await school.client.ours.report({ livingid: school.living })
  assert.deepEqual([counts?.not_subscribed, counts?.excused, counts?.expected], [1, 0, 5])
})

onBoth('as_of shows a viewer as excused only from when the excuse was given until it was undone', async (database) => {
  await using school = await makeSchool(database, plan)
  const { now } = school.clock
  const viewers = [{ student_userid: 'wu' }]
  school.clock.now = now + 100
  await school.client.ours.excuse({ livingid: school.living, viewers, reason: '病假', by: 'wang' })
  school.clock.now = now + 200
  await school.client.ours.excuse({ livingid: school.living, viewers, undo: 1 })
  school.clock.now = now + 300
  for (const [at, reason] of [
    [50, 'never_came'],
    [150, 'excused'],
    [250, 'never_came'],
  ] as const)
    assert.equal(await reasonOf(school, 'wu', { as_of: now + at }), reason, `after ${at} seconds`)
})
