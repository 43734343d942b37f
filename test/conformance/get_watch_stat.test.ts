import assert from 'node:assert/strict'
import { makePages } from '../../src/attendance/pages/unwatched.ts'
import { watchedPage } from '../../src/attendance/pages/watched.ts'
import { loadLiving } from '../../src/living/living.ts'
import { onBoth } from '../databases.ts'
import { startAt } from '../livings.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 95793 (V2) and 93741 (V1). */
const household = { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }, living: ['3A'] } as const

onBoth('watch_time is the union of the stays: two devices at the same time count once', async (database) => {
  await using school = await makeSchool(database, household)
  const { now } = school.clock
  school.clock.now += 600
  await school.watch('li', now + 10, { leave_time: now + 110, stay_id: 'phone' })
  await school.watch('li', now + 60, { leave_time: now + 160, stay_id: 'tablet' })
  await school.watch('li', now + 300, { leave_time: now + 310, stay_id: 'again', is_comment: 1 })
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info, {
    students: [
      {
        student_userid: 'li',
        partyids: [school.classIds['3A']],
        watch_time: 160,
        enter_time: now + 10,
        leave_time: now + 310,
        is_comment: 1,
      },
    ],
    parents: [],
    visitors: [],
  })
})

onBoth('watch_time counts only seconds within the living; enter_time and leave_time are as reported', async (database) => {
  await using school = await makeSchool(database, household)
  const { now } = school.clock
  school.clock.now += 600
  await school.watch('li_mum/li', now - 50, { leave_time: now + 400 })
  await school.client.ours.end({ livingid: school.living, at: now + 300 })
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(
    stat_info.parents.map(({ parent_userid, watch_time, enter_time, leave_time }) => [
      parent_userid,
      watch_time,
      enter_time - now,
      leave_time - now,
    ]),
    [['li_mum', 300, -50, 400]],
  )
})

onBoth('visitors are listed as watched by nickname, and are never listed as unwatched', async (database) => {
  await using school = await makeSchool(database, household)
  const { now } = school.clock
  const stays = [{ nickname: '外婆 "V"', visitor_id: 'w1', enter_time: now, leave_time: now + 20 }]
  assert.equal((await school.client.ours.presence({ livingid: school.living, stays })).visitors, 1)
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info.visitors, [{ nickname: '外婆 "V"', watch_time: 20, enter_time: now, leave_time: now + 20, is_comment: 0 }])
  assert.equal((await school.unwatched()).length, 4)
})

onBoth('watching a replay does not count as watching', async (database) => {
  await using school = await makeSchool(database, household)
  await school.watch('li', school.clock.now, { replay: 1 })
  assert.deepEqual((await school.client.getWatchStatV2({ livingid: school.living })).stat_info.students, [])
})

onBoth('the pages of the watched list together name everybody who watched', async (database) => {
  await using school = await makeSchool(database, { ...household, pageSize: 1 })
  for (const who of ['li', 'li_mum/li', 'wu_dad/wu']) await school.watch(who)
  const names: string[] = []
  let next_cursor = '0'
  for (let more = 1; more; ) {
    const page = await school.client.getWatchStatV2({ livingid: school.living, next_cursor })
    names.push(...page.stat_info.students.map((each) => each.student_userid), ...page.stat_info.parents.map((each) => each.parent_userid))
    more = page.has_more
    next_cursor = page.next_cursor
  }
  assert.deepEqual(names.sort(), ['li', 'li_mum', 'wu_dad'])
  await assert.rejects(school.client.getUnwatchStatV2({ livingid: school.living, next_cursor }), { errcode: 50100 })
})

onBoth('V1 answers stat_infoes and ending, and names the parent only when a parent watched', async (database) => {
  await using school = await makeSchool(database, household)
  await school.watch('li')
  await school.watch('wu_dad/wu')
  const { ending, next_key, stat_infoes } = await school.client.getWatchStat({ livingid: school.living, next_key: '0' })
  assert.equal(ending, 1)
  assert.equal(typeof next_key, 'string')
  assert.deepEqual(
    stat_infoes.students.map(({ student_userid, parent_userid }) => [student_userid, parent_userid]),
    [
      ['li', undefined],
      ['wu', 'wu_dad'],
    ],
  )
  assert.deepEqual(stat_infoes.visitors, [])
})

onBoth('V1 lists the subscribed parents of households in which nobody watched', async (database) => {
  await using school = await makeSchool(database, {
    classes: { '3A': { li: ['li_mum', 'li_dad'], wu: ['wu_dad'], he: ['he_mum'] } },
    silent: ['he_mum', 'li_dad'],
    living: ['3A'],
    pageSize: 1,
  })
  await school.watch('wu')
  const { ending, stat_info } = await school.client.getUnwatchStat({ livingid: school.living })
  assert.deepEqual(stat_info, { students: [{ parent_userid: 'li_mum', student_userid: 'li', partyids: [school.classIds['3A']] }] })
  assert.equal(ending, 1)
})

onBoth('whoever asks for the list while the start is moved gets the list as of one of the two starts', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { db, clock, corp_no, living: livingid } = school
  const before = await loadLiving(db, corp_no, livingid)
  assert.ok(before)
  await school.watch('li', clock.now - 60, { leave_time: clock.now - 30 })
  await startAt(school, clock.now - 100)
  // the living as it was read before its start moved, the stays as they are now
  const { entries } = await watchedPage(db, makePages(Buffer.alloc(32)), before, undefined, 100)
  assert.deepEqual(entries, [])
})
