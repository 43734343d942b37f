import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseClock } from '../../src/store/health.ts'
import { openDb } from '../../src/store/open.ts'
import { type ClockSources, trustedClock } from '../../src/timed/trusted_clock.ts'
import { onBoth } from '../databases.ts'

const month = 31 * 86_400
const start = 1_800_000_000

/** A clock of a machine whose time runs and leaps as the test says. `other` is what the second opinion says. */
function machine(other?: () => number | undefined) {
  let [wall, steady] = [start, 5000]
  const reports: string[] = []
  const sources: ClockSources = {
    wallMs: () => wall * 1000,
    steadyMs: () => steady * 1000,
    otherClock: async () => other?.(),
    report: ({ seconds, outcome }) => void reports.push(`${seconds} ${outcome}`),
  }
  const clock = trustedClock(sources)
  return {
    clock,
    reports,
    run: (seconds: number) => {
      wall += seconds
      steady += seconds
    },
    leap: (seconds: number) => {
      wall += seconds
    },
  }
}

/** Reads the clock, and lets the second opinion come that this may have asked for. */
async function read(clock: () => number): Promise<number> {
  clock()
  await new Promise((resolve) => setImmediate(resolve))
  return clock()
}

test('a clock that is set right by up to an hour is followed at once', async () => {
  const { clock, run, leap, reports } = machine()
  for (const seconds of [5, -5, 3600, -3600, 90]) {
    const before = await read(clock)
    leap(seconds)
    run(1)
    assert.equal(await read(clock), before + seconds + 1)
  }
  assert.deepEqual(reports, [])
})

test('after a leap of a month, time goes on as before, and a leap back within a minute leaves no trace', async () => {
  const { clock, run, leap, reports } = machine()
  leap(month)
  run(30)
  assert.equal(await read(clock), start + 30)
  run(29)
  leap(-month)
  assert.equal(await read(clock), start + 59)
  run(100)
  assert.equal(await read(clock), start + 159)
  assert.deepEqual(reports, [`${month} waiting`])
})

test('without another clock, a leap is believed after a minute', async () => {
  const { clock, run, leap, reports } = machine()
  leap(-month)
  await read(clock)
  run(61)
  assert.equal(await read(clock), start + 61 - month)
  assert.deepEqual(reports, [`${-month} waiting`, `${-month} believed`])
})

test('with another clock that disagrees, a leap is not believed, however long it lasts', async () => {
  let now = start
  const { clock, run, leap, reports } = machine(() => now)
  leap(month)
  await read(clock)
  for (let minute = 1; minute <= 5; minute++) {
    run(61)
    now = start + minute * 61
    assert.equal(await read(clock), now)
  }
  assert.deepEqual(reports, [`${month} waiting`, ...Array(5).fill(`${month} not believed`)])
})

test('while another clock does not answer, a leap is not believed, and the clock is asked again', async () => {
  let isAway = true
  const { clock, run, leap } = machine(() => {
    if (isAway) throw new Error('away')
    return start + month + 122
  })
  leap(month)
  await read(clock)
  run(61)
  assert.equal(await read(clock), start + 61)
  isAway = false
  run(61)
  assert.equal(await read(clock), start + month + 122)
})

test('with another clock that agrees, a leap is believed after a minute', async () => {
  const { clock, run, leap } = machine(() => start + month + 61)
  leap(month)
  await read(clock)
  run(61)
  assert.equal(await read(clock), start + month + 61)
})

onBoth('PostgreSQL has a clock of its own, and SQLite has none', async (database) => {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const now = await databaseClock(db)
  if (database.name === 'sqlite') assert.equal(now, undefined)
  else assert.ok(Math.abs((now as number) - Date.now() / 1000) < 60)
  await db.close()
  await drop()
})
