import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92949. */

const china = (text: string) => Date.parse(`${text}T00:00:00+08:00`) / 1000

onBoth('the next promotion is the next midnight in China of the month and day that were set', async (database) => {
  await using school = await makeSchool(database)
  const next = async (upgrade_time?: number) =>
    (await school.client.setUpgradeInfo({ ...(upgrade_time !== undefined && { upgrade_time }), upgrade_switch: 1 })).next_upgrade_time
  school.clock.now = china('2026-03-10')
  assert.equal(await next(china('2019-09-01') + 3600), china('2026-09-01'))
  assert.equal(await next(china('2030-02-01')), china('2027-02-01'))
  // on the day itself, the next one is a year away
  assert.equal(await next(china('2020-03-10')), china('2027-03-10'))
})

onBoth('the day is the 1st of January until it is set, and stays when the switch alone is changed', async (database) => {
  await using school = await makeSchool(database)
  await using other = await makeSchool(database)
  school.clock.now = other.clock.now = china('2026-03-10')
  assert.equal((await school.client.setUpgradeInfo({})).next_upgrade_time, china('2027-01-01'))
  assert.equal((await school.client.setUpgradeInfo({ upgrade_time: 0 })).next_upgrade_time, china('2027-01-01'))
  await school.client.setUpgradeInfo({ upgrade_time: china('2026-07-01') })
  assert.equal((await school.client.setUpgradeInfo({ upgrade_switch: 0 })).next_upgrade_time, china('2026-07-01'))
  assert.equal((await other.client.setUpgradeInfo({})).next_upgrade_time, china('2027-01-01'))
})

onBoth('an app needs the right to edit the contacts to set the promotion, and a time in seconds', async (database) => {
  await using school = await makeSchool(database)
  const reader = (await school.makeApp('self-built', ['contacts_read'])).client
  await refused(reader.setUpgradeInfo({ upgrade_switch: 1 }), 48002, /contacts_edit/)
  await refused(school.client.setUpgradeInfo({ upgrade_time: 1_700_000_000_000 }), 40058, /upgrade_time/)
})
