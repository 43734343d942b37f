import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, moved } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92327. */

const plan = { classes: { '3A': { li: ['li_mum'], wu: [] }, '3B': {}, '3C': {} }, living: ['3A'] }

onBoth('an update changes the fields that it names and leaves the others', async (database) => {
  await using school = await makeSchool(database, plan)
  const { errmsg } = await school.client.updateStudent({ student_userid: 'LI', name: '李', mobile: '13800000001' })
  assert.equal(errmsg, 'updated')
  const { student } = await school.client.userGet({ userid: 'li' })
  assert.deepEqual([student?.name, student?.mobile, student?.department], ['李', '13800000001', [school.classIds['3A']]])
  await moved(school, 'li', ['3B'])
  const after = (await school.client.userGet({ userid: 'li' })).student
  assert.deepEqual([after?.name, after?.mobile, after?.department, after?.is_subscribe], ['李', '13800000001', [school.classIds['3B']], 1])
  assert.deepEqual(after?.parents.map((parent) => parent.parent_userid), ['li_mum']) // biome-ignore format: easier to read on one line
})

onBoth('a student’s new userid is shown in running and ended livings; ended ones keep the old classes', async (database) => {
  await using school = await makeSchool(database, plan)
  const old = await school.startLiving(['3A'])
  await endAt(school, school.clock.now + 1, old)
  await school.client.updateStudent({ student_userid: 'li', new_student_userid: 'Li2', department: [school.classIds['3B'] as number] })
  assert.deepEqual(await school.unwatched(), ['wu'])
  assert.deepEqual(await school.unwatched(old), ['Li2', 'li_mum/Li2', 'wu'])
  const { stat_info } = await school.client.getUnwatchStatV2({ livingid: old })
  for (const entry of [...stat_info.students, ...stat_info.parents]) assert.deepEqual(entry.partyids, [school.classIds['3A']])
  assert.deepEqual((await school.watch('li')).unknown, [{ student_userid: 'li' }])
  assert.deepEqual((await school.watch('li2', school.clock.now, {}, old)).unknown, [])
  assert.deepEqual(await school.unwatched(old), ['li_mum/Li2', 'wu'])
})

onBoth('a student’s userid can be changed once, to a free one', async (database) => {
  await using school = await makeSchool(database, plan)
  const rename = (student_userid: string, new_student_userid: string) => school.client.updateStudent({ student_userid, new_student_userid })
  for (const taken of ['wu', 'WU', 'Li_Mum']) await refused(rename('li', taken), 60102, /new_student_userid/)
  await refused(rename('li', '_x'), 40003, /new_student_userid/)
  await rename('li', 'li') // no change
  await rename('li', 'Li')
  await refused(rename('li', 'lee'), 40058, /once/)
  await rename('wu', 'woo')
  await refused(school.client.userGet({ userid: 'wu' }), 60111)
  await rename('Li', 'Li')
})

onBoth('a refused update of a student changes nothing', async (database) => {
  await using school = await makeSchool(database, plan)
  const before = await school.client.userGet({ userid: 'li' })
  const update = (more: object) => school.client.updateStudent({ student_userid: 'li', name: 'x', ...more })
  await refused(update({ department: [999] }), 60123)
  await refused(update({ department: [] }), 40058)
  await refused(update({ department: Array.from({ length: 21 }, (_, index) => index + 2) }), 60110)
  await refused(update({ mobile: 'x' }), 60103)
  await refused(update({ name: 'x'.repeat(33) }), 40058)
  await refused(school.client.updateStudent({ student_userid: 'nobody', name: 'x' }), 60111)
  await refused(school.client.updateStudent({ student_userid: 'li_mum', name: 'x' }), 65010)
  assert.deepEqual(await school.client.userGet({ userid: 'li' }), before)
})

onBoth('a student who watched and left the class is not expected, and counts as watched on return', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('li')
  await moved(school, 'li', ['3B'])
  assert.deepEqual(await school.unwatched(), ['wu'])
  await moved(school, 'li', ['3A'])
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu'])
})

onBoth('a student who moves on after leaving the range is listed with the latest classes', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('li')
  await moved(school, 'li', ['3B'])
  await moved(school, 'li', ['3C'])
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info.students[0]?.partyids, [school.classIds['3C']])
})
