import assert from 'node:assert/strict'
import { setTimeout as pass } from 'node:timers/promises'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { reserve } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** An answer is cached from the second time it is made: whatever can change it is tried after the third. */
const asks = 4

onBoth('the same question asked again and again sees each change at once', async (database) => {
  const names = Array.from({ length: 6 }, (_, no) => `s${no}`)
  await using school = await makeSchool(database, {
    classes: { '3A': Object.fromEntries(names.map((name) => [name, []])) },
    living: ['3A'],
  })
  for (let watched = 0; watched < names.length; watched++) {
    for (let ask = 0; ask < asks; ask++) assert.deepEqual(await school.unwatched(), names.slice(watched))
    await school.watch(names[watched] as string)
  }
  assert.deepEqual(await school.unwatched(), [])
})

onBoth('the same question asked again and again sees what time alone changes', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const livingid = await reserve(school, ['3A'])
  for (let ask = 0; ask < asks; ask++) assert.deepEqual(await school.unwatched(livingid), ['li'])
  // an hour after its planned end a living that was never started has expired
  school.clock.now += 3600 + 1800 + 1
  assert.deepEqual(await school.unwatched(livingid), [])
})

onBoth('an app that was disabled is refused, however often it has asked before', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  for (let ask = 0; ask < asks; ask++) assert.deepEqual(await school.unwatched(), ['li'])
  await school.db.batch([sql`update app set disabled = 1 where corp_no = ${school.corp_no}`])
  // a process trusts a token for half a second; then the client asks for a new one
  await pass(600)
  await refused(school.client.getUnwatchStatV2({ livingid: school.living }), 40001)
})
