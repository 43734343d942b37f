import assert from 'node:assert/strict'
import { rollCache } from '../../src/attendance/roll/roll_cache.ts'
import { dropHookData } from '../../src/hooks/store.ts'
import { finishAllMatches, matchIdentity, unmatchIdentity } from '../../src/identity/match.ts'
import { dropIdentities } from '../../src/identity/store.ts'
import { unmatchedIdentities } from '../../src/identity/unmatched.ts'
import { retention } from '../../src/living/retention.ts'
import type { Db } from '../../src/store/db.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { endAt, linesOf, watchedBy } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { someone, storedLiving, viewerOf, zoomOf } from './school.ts'

const classes = { '3A': { li: ['li_mum'], wu: [] }, '3B': { he: [] } }

onBoth('somebody unknown is a visitor and is asked about, and matching corrects every register, ended ones too', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  const other = await school.startLiving(['3A'])
  const guest = someone('guest@school.example', { name: '小李' })
  assert.deepEqual(await zoom(guest), { viewers: 0, visitors: 1, ambiguous: 0 })
  await zoom(guest, { enter: 5 }, other)
  clock.now += 3600
  await endAt(school, clock.now - 60)
  const [asked] = await unmatchedIdentities(db, corp_no)
  assert.deepEqual([asked?.source, asked?.identity, asked?.name, asked?.livings.length], ['zoom', 'guest@school.example', '小李', 2])
  assert.deepEqual(await watchedBy(school), ['小李'])

  assert.deepEqual(await matchIdentity(db, corp_no, 'zoom', 'guest@school.example', [await viewerOf(school, 'li')], clock.now), {
    registers: 2,
  })
  assert.deepEqual(await watchedBy(school), ['li'])
  assert.deepEqual(await watchedBy(school, other), ['li'])
  assert.ok(!(await linesOf(school)).some(({ who }) => who === '小李'))
  assert.deepEqual(await school.unwatched(), ['li_mum/li', 'wu'])
  assert.deepEqual(await unmatchedIdentities(db, corp_no), [])
  const { lines } = await school.client.ours.report({ livingid: school.living })
  assert.equal(lines.find(({ student_userid, kind }) => kind === 'student' && student_userid === 'li')?.watch_time, 60)
})

onBoth('a match is remembered: who was matched once is not asked about again', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'li')], clock.now)
  assert.deepEqual(await zoom(someone('小李')), { viewers: 1, visitors: 0, ambiguous: 0 })
  await matchIdentity(db, corp_no, 'zoom', '客人', [], clock.now)
  assert.deepEqual(await zoom(someone('客人')), { viewers: 0, visitors: 1, ambiguous: 0 })
  assert.deepEqual(await unmatchedIdentities(db, corp_no), [])
})

onBoth('a match taken back makes the identity a visitor again, and a wrong one is put right', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  await zoom(someone('小李'))
  await school.watch('wu', clock.now, { leave_time: clock.now + 30, stay_id: '1' })
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'wu')], clock.now)
  assert.deepEqual(await watchedBy(school), ['wu'])
  assert.deepEqual(await unmatchIdentity(db, corp_no, 'zoom', '小李', clock.now), { registers: 1 })
  assert.deepEqual(await watchedBy(school), ['wu', '小李'])
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'he')], clock.now)
  assert.deepEqual(await watchedBy(school), ['he', 'wu'])
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'li')], clock.now)
  assert.deepEqual(await watchedBy(school), ['li', 'wu'])
  assert.ok(!(await linesOf(school)).some(({ who }) => who === 'he'))
})

onBoth('somebody identified by name alone, and wrongly, is put right by hand', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  assert.equal((await zoom(someone('li'))).viewers, 1)
  await matchIdentity(db, corp_no, 'zoom', 'li', [await viewerOf(school, 'wu')], clock.now)
  assert.deepEqual(await watchedBy(school), ['wu'])
})

onBoth('who has come onto the roster is identified by the next report, which moves the stays from before', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const zoom = zoomOf(school)
  await zoom(someone('韩梅梅'))
  assert.deepEqual(await watchedBy(school), ['韩梅梅'])
  await school.client.createStudent({ student_userid: 'han', name: '韩梅梅', department: [school.classIds['3A'] as number] })
  assert.deepEqual(await zoom(someone('韩梅梅'), { enter: 100, leave: 130, stay_id: '2' }), { viewers: 1, visitors: 0, ambiguous: 0 })
  assert.deepEqual(await watchedBy(school), ['han'])
  const { lines } = await school.client.ours.report({ livingid: school.living })
  assert.equal(lines.find(({ student_userid }) => student_userid === 'han')?.watch_time, 90)
})

onBoth('names that PostgreSQL or a list cannot hold are cleaned', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  await zoomOf(school)(someone('a\u0000b\nc\ud800', { identity: `x\u0000${'y'.repeat(1000)}` }))
  await zoomOf(school)(someone('', { identity: '\n' }))
  assert.deepEqual(await watchedBy(school), ['?', 'abc\ufffd'])
})

onBoth('a match that broke off is finished by the timed work', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  await zoomOf(school)(someone('小李'))
  const li = await viewerOf(school, 'li')
  await db.batch([sql`update identity set viewer_nos = ${String(li)}, former_viewer_nos = '' where corp_no = ${corp_no}`])
  await finishAllMatches(db, clock.now, (error) => assert.fail(String(error)))
  assert.deepEqual(await watchedBy(school), ['li'])
})

onBoth('an identity is forgotten when it was last seen longer ago than livings are kept', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const days = 86_400
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'li')], clock.now)
  const known = () => db.all(sql`select 1 as ok from identity where corp_no = ${corp_no}`)
  const drop = (now: number) => retention(db, 30, dropHookData, (before) => [dropIdentities(before)])(now)
  await drop(clock.now + 30 * days)
  assert.equal((await known()).length, 1)
  await drop(clock.now + 30 * days + 3601)
  assert.equal((await known()).length, 0)
})

onBoth('reports and matches at the same time come to the same register', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  const [li, wu] = [await viewerOf(school, 'li'), await viewerOf(school, 'wu')]
  const people = Array.from({ length: 6 }, (_, no) => `guest${no}@school.example`)
  for (let round = 0; round < 4; round++) {
    const reports = people.map((who) => zoom(someone(who), { enter: round * 100, leave: round * 100 + 50, stay_id: String(round) }))
    const matches = people.map((who) => matchIdentity(db, corp_no, 'zoom', who, [round % 2 ? wu : li], clock.now))
    await Promise.all([...reports, ...matches])
    assert.deepEqual(await watchedBy(school), [round % 2 ? 'wu' : 'li'])
    assert.deepEqual((await linesOf(school)).length, 3)
    const [row] = await db.all<{ stays: number }>(sql`
      select count(*) as stays from stay s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
      where s.corp_no = ${corp_no} and l.livingid = ${school.living} and s.viewer_no = ${round % 2 ? wu : li}`)
    assert.equal(row?.stays, people.length * (round + 1))
  }
})

onBoth('whoever loses a tick by a corrected match is ticked again by watching, in a process that had cached the tick', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const zoom = zoomOf(school)
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'li')], clock.now)
  for (const stay_id of ['1', '2', '3']) await zoom(someone('小李'), { stay_id })
  await matchIdentity(db, corp_no, 'zoom', '小李', [await viewerOf(school, 'wu')], clock.now)
  assert.deepEqual(await watchedBy(school), ['wu'])
  await zoom(someone('another', { userid: 'li' }))
  assert.deepEqual(await watchedBy(school), ['li', 'wu'])
})

onBoth('the register in columns that the console has cached shows the outsider who a visitor turned out to be', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const rolls = rollCache()
  await zoomOf(school)(someone('小李'))
  const before = await rolls(db, await storedLiving(school))
  const he = await viewerOf(school, 'he')
  await matchIdentity(db, corp_no, 'zoom', '小李', [he], clock.now)
  const after = await rolls(db, await storedLiving(school))
  assert.equal(before.viewer_nos.length, after.viewer_nos.length)
  assert.deepEqual([before.viewer_nos.includes(he), after.viewer_nos.includes(he)], [false, true])
})

onBoth('a match that comes between the reading and the writing of a report counts', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { db, corp_no, clock } = school
  const li = await viewerOf(school, 'li')
  let isMatched = false
  const slow: Db = {
    ...db,
    batch: async (queries) => {
      if (!isMatched) {
        isMatched = true
        await matchIdentity(db, corp_no, 'zoom', '小李', [li], clock.now)
      }
      return db.batch(queries)
    },
  }
  assert.deepEqual(await zoomOf(school, slow)(someone('小李')), { viewers: 1, visitors: 0, ambiguous: 0 })
  assert.deepEqual(await watchedBy(school), ['li'])
})
