import assert from 'node:assert/strict'
import { openDb } from '../../src/store/open.ts'
import { leaseHolder } from '../../src/timed/lease.ts'
import { releaseLease } from '../../src/timed/store.ts'
import { onBoth } from '../databases.ts'

onBoth('only one process holds the lease, and another process takes it over when the holder is gone', async (database) => {
  const { url, drop } = await database.make()
  const one = await openDb(url)
  const other = await openDb(url)
  const mine = leaseHolder(one, 'timed', 'one')
  const theirs = leaseHolder(other, 'timed', 'other')
  assert.deepEqual([await mine(1000), await theirs(1000)], [true, false])
  // the holder renews the lease for as long as it runs
  for (let now = 1001; now < 1060; now++) assert.deepEqual([await mine(now), await theirs(now)], [true, false])
  // The holder stops at 1059. Until its lease runs out nobody else gets it; after that, the other process does.
  assert.equal(await theirs(1060), false)
  assert.equal(await theirs(1080), true)
  assert.equal(await mine(1081), false)
  // a released lease is free at once
  await other.batch([releaseLease('timed', 'other')])
  assert.equal(await mine(1082), true)
  await one.close()
  await other.close()
  await drop()
})
