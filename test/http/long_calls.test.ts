import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { longCalls } from '../../src/http/long_calls.ts'

/**
 * The concurrency limit for long calls, on a clock that the test moves with `pass` (milliseconds). Each letter is a long call: `come`
 * lets calls arrive, `end` ends calls that have begun, `begun` lists those that have begun so far.
 */
function callsOf(t: TestContext, dialect: 'sqlite' | 'postgres') {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const calls = longCalls(dialect)
  const begun = new Map<string, () => void>()
  return {
    shortCame: calls.noteShortCall,
    come: (names: string) => {
      for (const name of names) void calls.acquire().then((giveBack) => begun.set(name, giveBack))
    },
    end: (names: string) => {
      for (const name of names) begun.get(name)?.()
    },
    pass: (ms: number) => {
      now += ms
      t.mock.timers.tick(ms)
    },
    begun: async () => {
      // let the event loop run, so that each waiting call may begin
      for (let i = 0; i < 20; i++) await turn()
      return [...begun.keys()].join('')
    },
  }
}

test('on PostgreSQL, at most three long calls run at once, in the order of arrival', async (t) => {
  const calls = callsOf(t, 'postgres')
  calls.come('abcde')
  assert.equal(await calls.begun(), 'abc')
  calls.end('b')
  assert.equal(await calls.begun(), 'abcd')
})

test('within 100 ms after a short call, only one long call runs at a time', async (t) => {
  const calls = callsOf(t, 'postgres')
  calls.shortCame()
  calls.come('abcdef')
  assert.equal(await calls.begun(), 'a')
  calls.end('a')
  assert.equal(await calls.begun(), 'ab')
  calls.pass(100)
  calls.end('b')
  assert.equal(await calls.begun(), 'abcde')
})

test('a long call that takes over 250 ms lets another one begin, and does not free a second place at its end', async (t) => {
  const calls = callsOf(t, 'postgres')
  calls.come('abcdefgh')
  assert.equal(await calls.begun(), 'abc')
  calls.pass(250)
  assert.equal(await calls.begun(), 'abcdef')
  calls.end('abc')
  assert.equal(await calls.begun(), 'abcdef')
  calls.end('d')
  assert.equal(await calls.begun(), 'abcdefg')
})

test('on SQLite, all long calls run at once, because they share a commit', async (t) => {
  const calls = callsOf(t, 'sqlite')
  calls.shortCame()
  calls.come('abcdefgh')
  assert.equal(await calls.begun(), 'abcdefgh')
})
