import assert from 'node:assert/strict'
import { reportOf } from '../../src/attendance/report/report.ts'
import { viewOf } from '../../src/attendance/report/view.ts'
import { countRoll } from '../../src/attendance/roll/counts.ts'
import { withMinimum } from '../../src/attendance/roll/list.ts'
import { rollCache } from '../../src/attendance/roll/roll_cache.ts'
import { loadLiving } from '../../src/living/living.ts'
import type { Living } from '../../src/living/store.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

/** The console counts from a roll, which has one letter per line; the report counts from the lines. Both must give the same numbers. */
const classes = {
  '3A': { li: ['li.ma', 'li.ba'], chen: ['chen.ma'], zhao: [], wu: ['wu.ma'] },
  '3B': { sun: ['sun.ma'], li: ['li.ma', 'li.ba'], zhou: ['zhou.ma'] },
  '3C': { far: ['far.ma'] },
}

async function livingWithEverything(school: School) {
  const start = school.clock.now
  school.clock.now += 1000
  // two devices whose times overlap: 500 seconds in all
  await school.watch('li', start, { leave_time: start + 300, stay_id: 'phone' })
  await school.watch('li', start + 100, { leave_time: start + 400, stay_id: 'tablet' })
  await school.watch('li', start - 50, { leave_time: start + 10, stay_id: 'early' })
  await school.watch('li', start + 700, { leave_time: start + 800, stay_id: 'late' })
  await school.watch('chen.ma/chen', start, { leave_time: start + 50 })
  await school.watch('wu', start, { leave_time: start + 100 })
  await school.watch('zhou.ma/zhou', start, { leave_time: start + 800 })
  await school.watch('far', start, { leave_time: start + 800 })
  const { ours } = school.client
  const visitor = { nickname: '外公', visitor_id: 'v1', enter_time: start }
  await ours.presence({ livingid: school.living, stays: [visitor] })
  const sun = { student_userid: 'sun' }
  await ours.excuse({ livingid: school.living, viewers: [sun], reason: '病假', by: 'wang' })
  return (await loadLiving(school.db, school.corp_no, school.living)) as Living
}

onBoth('a roll gives the same totals and counts by class as the report, for every minimum percentage', async (database) => {
  await using school = await makeSchool(database, { classes, silent: ['zhou', 'wu.ma'], living: ['3A', '3B'] })
  const living = await livingWithEverything(school)
  const { db, clock } = school
  const plain = await rollCache()(db, living)
  for (const min_percent of [0, 8, 49, 50, 51, 100]) {
    const asked = { livingid: living.livingid, min_percent }
    const report = (kind?: string) => reportOf(db, Buffer.alloc(32), living, { ...asked, ...(kind && { kind }) }, clock.now, 1000)
    const view = viewOf(living, asked, clock.now)
    const roll = await withMinimum(db, living, view, plain)
    const { classes: byClass, ...counts } = countRoll(roll, undefined)
    const [all, students, parents] = [await report(), await report('student'), await report('parent')]
    const numbersOf = ({ households: _h, households_missing: _m, outsiders: _o, visitors: _v, ...rest }: NonNullable<typeof all.counts>) =>
      rest
    assert.deepEqual(counts.students, numbersOf(students.counts as NonNullable<typeof all.counts>), `students at ${min_percent}%`)
    assert.deepEqual(counts.parents, numbersOf(parents.counts as NonNullable<typeof all.counts>), `parents at ${min_percent}%`)
    assert.equal(counts.households.expected, all.counts?.households)
    assert.equal(counts.households.missing, all.counts?.households_missing)
    assert.deepEqual([counts.outsiders, counts.visitors], [all.counts?.outsiders, all.counts?.visitors])
    for (const { partyid, name: _n, ...tally } of students.classes ?? []) assert.deepEqual(byClass.get(partyid)?.students, tally)
  }
})

onBoth('a cached roll shows each new tick, excuse, student and visitor', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const rolls = rollCache()
  const counted = async () => {
    const living = (await loadLiving(school.db, school.corp_no, school.living)) as Living
    const { students, visitors } = countRoll(await rolls(school.db, living), undefined)
    return [students.expected, students.watched, students.excused, visitors]
  }
  assert.deepEqual(await counted(), [4, 0, 0, 0])
  await school.watch('li')
  assert.deepEqual(await counted(), [4, 1, 0, 0])
  await school.client.ours.excuse({ livingid: school.living, viewers: [{ student_userid: 'zhao' }], reason: 'x', by: 'y' })
  assert.deepEqual(await counted(), [3, 1, 1, 0])
  await school.client.createStudent({ student_userid: 'new', name: 'new', department: [school.classIds['3A'] as number] })
  await school.client.ours.subscriptions({ students: [{ student_userid: 'new', is_subscribe: 1 }] })
  assert.deepEqual(await counted(), [4, 1, 1, 0])
  await school.client.ours.presence({ livingid: school.living, stays: [{ nickname: 'v', visitor_id: 'v', enter_time: school.clock.now }] })
  assert.deepEqual(await counted(), [4, 1, 1, 1])
})
