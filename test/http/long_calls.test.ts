import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { longCalls } from '../../src/http/long_calls.ts'

/** Each name waits for a place; who has begun is told so far. Time passes when a test says so. */
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
      // each gets its turn on the thread
      for (let i = 0; i < 20; i++) await turn()
      return [...begun.keys()].join('')
    },
  }
}

test('on PostgreSQL three long calls are worked on at once, in the order they came', async (t) => {
  const calls = callsOf(t, 'postgres')
  calls.come('abcde')
  assert.equal(await calls.begun(), 'abc')
  calls.end('b')
  assert.equal(await calls.begun(), 'abcd')
})

test('while short calls come it is one long call after another, until none has come for a while', async (t) => {
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

test('a long call that is held up holds nobody up for long, and gives its place back once', async (t) => {
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

test('on SQLite, where they share a commit, all long calls are worked on at once', async (t) => {
  const calls = callsOf(t, 'sqlite')
  calls.shortCame()
  calls.come('abcdefgh')
  assert.equal(await calls.begun(), 'abcdefgh')
})
