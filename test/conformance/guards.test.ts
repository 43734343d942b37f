import assert from 'node:assert/strict'
import { putCorpSetting } from '../../src/access/store.ts'
import { reportPresence } from '../../src/attendance/presence/report_presence.ts'
import { endLiving, startLiving } from '../../src/living/life.ts'
import { loadLiving } from '../../src/living/living.ts'
import type { Living } from '../../src/living/store.ts'
import { changeRoster } from '../../src/roster/change.ts'
import { moveRoster, rosterVersion } from '../../src/roster/store.ts'
import { serving } from '../../src/serving.ts'
import { type Db, retryOnConflict } from '../../src/store/db.ts'
import { onBoth } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'

/** What was decided on a state that another process has changed meanwhile is decided again (decisions/guards.md). */

const plan = { classes: { '3A': { li: [], wu: [] } } }

const load = async (school: School, livingid: string) => (await loadLiving(school.db, school.corp_no, livingid)) as Living

/** A `Db` that runs `meanwhile` once, between the reads of a decision and the batch that writes it. */
function changedMeanwhile(db: Db, meanwhile: () => Promise<unknown>): Db {
  let changed: Promise<unknown> | undefined
  return {
    ...db,
    batch: async (queries) => {
      changed ??= meanwhile()
      await changed
      return db.batch(queries)
    },
  }
}

onBoth('presence that arrives while the living is being started counts as watching', async (database) => {
  await using school = await makeSchool(database, plan)
  const { db, clock } = school
  const livingid = await reserve(school, ['3A'])
  const slow = changedMeanwhile(db, async () => startLiving(db, await load(school, livingid), clock.now, clock.now))
  const context = {
    ...(await serving(db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800, presenceStarts: false })),
    db: slow,
  }
  await retryOnConflict(async () =>
    reportPresence(context, await load(school, livingid), { stays: [{ student_userid: 'li', enter_time: clock.now }] }, clock.now),
  )
  assert.deepEqual(await school.unwatched(livingid), ['wu'])
})

onBoth('a start cannot be corrected to a time after an end that is reported at the same time', async (database) => {
  await using school = await makeSchool(database, { ...plan, living: ['3A'] })
  const { db, clock, living } = school
  const { now } = clock
  clock.now = now + 900
  const slow = changedMeanwhile(db, async () => endLiving(db, await load(school, living), now + 400, clock.now))
  await assert.rejects(
    retryOnConflict(async () => startLiving(slow, await load(school, living), now + 500, clock.now)),
    /before the end/,
  )
  const { state, start_time, end_time } = await load(school, living)
  assert.deepEqual([state, start_time, end_time], [2, now, now + 400])
})

onBoth('a roster change that was decided on an older roster is decided again', async (database) => {
  await using school = await makeSchool(database, plan)
  const { db, corp_no, clock } = school
  const anotherChange = async () => {
    const [corp] = await db.all<{ roster_version: number }>(rosterVersion(corp_no))
    await db.batch([moveRoster(corp_no, corp?.roster_version ?? 0)])
  }
  let decisions = 0
  await changeRoster(changedMeanwhile(db, anotherChange), corp_no, clock.now, async () => {
    decisions++
    return { answer: undefined, queries: [putCorpSetting(corp_no, 'decisions', `${decisions}`)] }
  })
  assert.equal(decisions, 2)
})
