import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { rateLimiter } from '../../src/client/rate_limit.ts'
import { startCannedServer } from './canned_server.ts'

test('no period of a minute or an hour has more calls of one path than the limit allows', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  for (const limit of [
    { perMinute: 10, perHour: 60 },
    { perMinute: 200, perHour: 3000 },
  ]) {
    const waits = rateLimiter(limit)
    const times: number[] = []
    for (let call = 0; call < limit.perHour * 1.5; call++) {
      const wait = waits('a')
      t.mock.timers.setTime(Date.now() + wait)
      times.push(Date.now())
    }
    const most = (span: number) => {
      let from = 0
      return Math.max(
        ...times.map((at, index) => {
          while ((times[from] as number) <= at - span) from++
          return index - from + 1
        }),
      )
    }
    assert.ok(most(60_000) <= limit.perMinute + 1, `${most(60_000)} in a minute`)
    assert.ok(most(3_600_000) <= limit.perHour + 1, `${most(3_600_000)} in an hour`)
    assert.ok(most(3_600_000) > limit.perHour * 0.95, 'and the limit is nearly used up')
  }
})

test('the limit counts each path separately', () => {
  const waits = rateLimiter({ perMinute: 2, perHour: 100 })
  assert.equal(waits('a'), 0)
  assert.ok(waits('a') > 50_000)
  assert.equal(waits('b'), 0)
})

test('a call over the limit waits without timing out, and ends when its signal aborts', async () => {
  await using far = await startCannedServer({ '/cgi-bin/school/department/list': [{ errcode: 0, errmsg: 'ok', departments: [] }] })
  const client = createClient({ corpid: 'ww', corpsecret: 's', base: far.base, timeout: 400, limit: { perMinute: 140, perHour: 1e6 } })
  const began = performance.now()
  await Promise.all(Array.from({ length: 71 }, () => client.departmentList()))
  assert.ok(performance.now() - began > 800, 'the 71st waits for its turn, longer than an answer may take')
  const slow = createClient({ corpid: 'ww', corpsecret: 's', base: far.base, limit: { perMinute: 2, perHour: 100 } })
  await slow.departmentList()
  const stop = new AbortController()
  const waiting = slow.departmentList({}, { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('enough')), 20)
  await assert.rejects(waiting, /enough/)
})
