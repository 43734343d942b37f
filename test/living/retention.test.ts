import assert from 'node:assert/strict'
import { dropHookData } from '../../src/hooks/store.ts'
import { retention } from '../../src/living/retention.ts'
import { sql, verbatim } from '../../src/store/sql.ts'
import { tables } from '../../src/store/tables.ts'
import { onBoth } from '../databases.ts'
import { endAt, reserve } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** The seconds of a day. */
const day = 86_400
const plan = { classes: { '3A': { li: ['li_mum'], wu: [] } }, living: ['3A'] }

/** The tables that have rows of a living. */
async function tracesOf(school: School, livingid: string): Promise<string[]> {
  const [living] = await school.db.all<{ living_no: number }>(sql`
    select living_no from living where corp_no = ${school.corp_no} and livingid = ${livingid}`)
  const found: string[] = []
  for (const { name, columns } of tables()) {
    if (!columns.some((column) => column.name === 'living_no')) continue
    const rows = await school.db.all(sql`
      select 1 as ok from ${verbatim(name)} where corp_no = ${school.corp_no} and living_no = ${living?.living_no ?? 1} limit 1`)
    if (rows.length) found.push(name)
  }
  return found
}

onBoth('a living is deleted with all its rows when it has been over for the retention days, and no other is', async (database) => {
  await using school = await makeSchool(database, plan)
  const { living: old, client, clock } = school
  await school.watch('li')
  await client.ours.links({ livingid: old })
  await client.ours.excuse({ livingid: old, viewers: [{ student_userid: 'wu' }], reason: '病假', by: 'wang' })
  await endAt(school, clock.now + 600, old).catch(() => {})
  clock.now += 600
  await endAt(school, clock.now, old)
  const planned = await reserve(school, ['3A'], { living_start: clock.now + 60 * day })
  clock.now += 20 * day
  const recent = await school.startLiving(['3A'])
  clock.now += 600
  await endAt(school, clock.now, recent)
  clock.now += 10 * day + 1

  assert.ok((await tracesOf(school, old)).includes('stay'))
  await retention(school.db, 0, dropHookData)(clock.now)
  assert.deepEqual(await school.unwatched(old), ['li_mum/li'])
  await retention(school.db, 30, dropHookData)(clock.now)
  assert.deepEqual(await tracesOf(school, old), [])
  await refused(school.unwatched(old), 40058)
  assert.deepEqual(await school.unwatched(recent), ['li', 'li_mum/li', 'wu'])
  assert.deepEqual(await school.unwatched(planned), ['li', 'li_mum/li', 'wu'])
})

onBoth('a living that has not ended is not deleted, however long ago it was planned', async (database) => {
  await using school = await makeSchool(database, plan)
  const reserved = await reserve(school, ['3A'])
  const kept = await Promise.all([tracesOf(school, school.living), tracesOf(school, reserved)])
  // nothing has settled the livings meanwhile, as after a month in which no server ran
  await retention(school.db, 30, dropHookData)(school.clock.now + 40 * day)
  assert.deepEqual(await Promise.all([tracesOf(school, school.living), tracesOf(school, reserved)]), kept)
})

onBoth('a living whose deletion broke off is invisible, and the next run deletes it completely', async (database) => {
  await using school = await makeSchool(database, plan)
  school.clock.now += 600
  await endAt(school, school.clock.now)
  school.clock.now += 31 * day
  const breaking = retention(school.db, 30, () => {
    throw new Error('the power is cut')
  })
  await assert.rejects(breaking(school.clock.now), /power/)
  await refused(school.unwatched(), 40058)
  await retention(school.db, 30, dropHookData)(school.clock.now)
  assert.deepEqual(await tracesOf(school, school.living), [])
})
