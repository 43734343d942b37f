import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timesIn } from '../../src/console/time.ts'

/** Where a date begins and ends in each time zone, on the days on which its clocks change and on the days around them. */
const hour = 3600
const [from, to] = [Date.UTC(2019, 0, 1) / 1000, Date.UTC(2031, 0, 1) / 1000]

/** The unix seconds in a time zone at which its offset from UTC changes, to the hour, in the years above. */
function clockChanges(timeZone: string): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const offset = (at: number) => format.format(at * 1000).replace(/^.*?, /, '')
  const changes: number[] = []
  for (let at = from; at < to; at += 12 * 24 * hour) {
    let [before, after] = [at, at + 12 * 24 * hour]
    if (offset(before) === offset(after)) continue
    while (after - before > hour) {
      const middle = before + Math.floor((after - before) / hour / 2) * hour
      if (offset(middle) === offset(before)) before = middle
      else after = middle
    }
    changes.push(after)
  }
  return changes
}

test('a date begins with the first second of that date and ends where the next date begins, in every time zone', () => {
  let days = 0
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    const times = timesIn(timeZone, 'en')
    for (const change of [from, ...clockChanges(timeZone)])
      for (const at of [-48, -24, -12, -1, 0, 1, 12, 24].map((hours) => change + hours * hour)) {
        const where = `${timeZone} ${new Date(at * 1000).toISOString()}`
        const [start, end] = [times.dayStart(at), times.nextDayStart(at)]
        assert.ok(start <= at && at < end, where)
        assert.deepEqual([start, end - 1].map(times.dateKey), [times.dateKey(at), times.dateKey(at)], where)
        assert.ok(times.dateKey(start - 1) < times.dateKey(at) && times.dateKey(end) > times.dateKey(at), where)
        assert.equal(times.dayStart(end), end, where)
        days++
      }
  }
  assert.ok(days > 10_000, String(days))
})

test('where midnight does not exist, the date begins at one o’clock', () => {
  for (const [timeZone, date] of [
    ['America/Santiago', '2026-09-06'],
    ['America/Havana', '2026-03-08'],
  ] as const) {
    const times = timesIn(timeZone, 'en')
    const start = times.startOf(date)
    assert.deepEqual([times.dateKey(start), times.exact(start)], [date, '01:00:00'])
    assert.equal(times.exact(start - 1), '23:59:59')
  }
})
