import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { endAt, reserve, startAt, watchedBy } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'

/**
 * When a stay counts as watching: when [enter, leave) overlaps the living's [start, end). A stay whose leave equals its enter is a single
 * moment, which counts when it lies within [start, end).
 */

const plan = { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] }
const at = 1_800_000_000

/** Ends the living, which then lasted from `at` until `at` + 100 seconds, and moves the clock on, so that reports come after it. */
async function lasted(school: School): Promise<void> {
  school.clock.now = at + 1000
  await endAt(school, at + 100)
}

/** The students on the watched list, with their times. */
const watchedStudents = async (school: School) => (await school.client.getWatchStatV2({ livingid: school.living })).stat_info.students

onBoth('a stay of a single moment counts from the start until before the end', async (database) => {
  for (const [moment, counts] of [
    [at - 1, false],
    [at, true],
    [at + 99, true],
    [at + 100, false],
  ] as const) {
    // biome-ignore format: laid out as a table
    await using school = await makeSchool(database, plan)
    await lasted(school)
    await school.watch('li', moment)
    assert.deepEqual(await watchedBy(school), counts ? ['li'] : [], `a moment at ${moment - at}`)
    assert.equal((await watchedStudents(school)).length, counts ? 1 : 0)
  }
})

onBoth('a stay counts when it overlaps the living', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  const stays = [[-50, -1, false], [-50, 0, false], [100, 150, false], [101, 150, false]] as const // biome-ignore format: laid out as a table
  for (const [enter, leave] of stays) await school.watch('li', at + enter, { leave_time: at + leave })
  assert.deepEqual(await watchedBy(school), [])
  for (const [enter, leave] of [
    [-50, 1],
    [99, 150],
    [-50, 150],
    [10, 20],
  ] as const) {
    // biome-ignore format: laid out as a table
    await using each = await makeSchool(database, plan)
    await lasted(each)
    await each.watch('li', at + enter, { leave_time: at + leave })
    assert.deepEqual(await watchedBy(each), ['li'], `a stay ${enter} to ${leave}`)
  }
})

onBoth('a viewer who came before the start and stayed has watched, and one who left before the start has not', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: [] })
  const livingid = await reserve(school, ['3A'])
  await school.watch('li', at - 60, { stay_id: 'a' }, livingid)
  await school.watch('li_mum/li', at - 60, { stay_id: 'a', leave_time: at - 10 }, livingid)
  await startAt(school, at, livingid)
  assert.deepEqual(await watchedBy(school, livingid), [])
  await school.watch('li', at - 60, { stay_id: 'a', leave_time: at + 10 }, livingid)
  assert.deepEqual(await watchedBy(school, livingid), ['li'])
})

onBoth('reports of one stay are merged to the earliest enter and the latest leave', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  await school.watch('li', at + 40, { stay_id: 'a', leave_time: at + 50 })
  await school.watch('li', at + 20, { stay_id: 'a' })
  await school.watch('li', at + 30, { stay_id: 'a', leave_time: at + 60, is_comment: 1 })
  const expected = { watch_time: 40, enter_time: at + 20, leave_time: at + 60, is_comment: 1 }
  assert.deepEqual(await watchedStudents(school), [{ student_userid: 'li', partyids: [school.classIds['3A']], ...expected }])
})

onBoth('the same stay twice in one report is merged as in two reports', async (database) => {
  for (const order of [(stays: object[]) => stays, (stays: object[]) => stays.toReversed()]) {
    await using school = await makeSchool(database, plan)
    await lasted(school)
    const li = { student_userid: 'li', stay_id: 'a' }
    const stays = order([
      { ...li, enter_time: at + 20, leave_time: at + 60 },
      { ...li, enter_time: at + 40, leave_time: at + 50, is_comment: 1 },
    ])
    await school.client.ours.presence({ livingid: school.living, stays } as never)
    assert.deepEqual(
      (await watchedStudents(school)).map(({ watch_time, is_comment }) => [watch_time, is_comment]),
      [[40, 1]],
    )
  }
})

onBoth('two reports of one stay, before the start and after the end, count as watching all of it', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  await school.watch('li', at - 10, { stay_id: 'a' })
  await school.watch('li', at + 200, { stay_id: 'a' })
  assert.deepEqual(await watchedBy(school), ['li'])
})

onBoth('a stay without a stay_id is identified by its enter_time', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  await school.watch('li', at + 10)
  await school.watch('li', at + 10, { leave_time: at + 30 })
  await school.watch('li', at + 20, { leave_time: at + 25 })
  assert.deepEqual((await watchedStudents(school)).map(({ watch_time }) => watch_time), [20]) // biome-ignore format: easier to read on one line
})

onBoth('two devices at the same time count once, and only seconds within the living count', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  await school.watch('li', at - 20, { stay_id: 'phone', leave_time: at + 30 })
  await school.watch('li', at + 20, { stay_id: 'tablet', leave_time: at + 40 })
  await school.watch('li', at + 90, { stay_id: 'phone2', leave_time: at + 500, is_comment: true })
  const [{ watch_time, enter_time, leave_time, is_comment } = { watch_time: 0 }] = (await watchedStudents(school)) as never as Record<
    string,
    number
  >[]
  assert.deepEqual([watch_time, enter_time, leave_time, is_comment], [50, at - 20, at + 500, 1])
})

onBoth('a replay is a separate stay that changes no tick, no watch_time and no is_comment', async (database) => {
  await using school = await makeSchool(database, plan)
  await school.watch('li', at + 10, { stay_id: 'a', leave_time: at + 20, replay: 1, is_comment: 1 })
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
  await lasted(school)
  await school.watch('li', at + 30, { stay_id: 'a', leave_time: at + 40 })
  await school.watch('li', at + 50, { stay_id: 'a', leave_time: at + 90, replay: true, is_comment: 1 })
  const [{ watch_time, is_comment } = { watch_time: 0 }] = (await watchedStudents(school)) as never as Record<string, number>[]
  assert.deepEqual([watch_time, is_comment], [10, 0])
})

onBoth('a comment counts only when its stay overlaps the living', async (database) => {
  await using school = await makeSchool(database, plan)
  await lasted(school)
  await school.watch('li', at + 10, { leave_time: at + 20 })
  await school.watch('li', at + 200, { is_comment: 1 })
  assert.deepEqual((await watchedStudents(school)).map(({ is_comment }) => is_comment), [0]) // biome-ignore format: easier to read on one line
})
