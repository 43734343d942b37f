import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conflict, type Db, retryOnConflict } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { must, numbers, rows, sql } from '../../src/store/sql.ts'
import { type Database, onBoth } from '../databases.ts'
import { countUp, inOtherProcess } from './other_process.ts'

/** The functions of a `Db` (`all`, `batch`, `close`) behave the same on both databases. */

async function opened(database: Database) {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.close()
      await drop()
    },
  }
}

const put = (name: string, value = 'x') => sql`insert into setting (name, value) values (${name}, ${value})`
const bad = () => sql`insert into setting (name, value) values ('half', ${null})`
const names = async (db: Db) => (await db.all<{ name: string }>(sql`select name from setting order by name`)).map((row) => row.name)
const settingOf = async (db: Db, name: string) =>
  (await db.all<{ value: string }>(sql`select value from setting where name = ${name}`))[0]?.value

onBoth('a batch returns how many rows each of its queries wrote', async (database) => {
  await using it = await opened(database)
  const changes = await it.db.batch([put('a'), put('b'), sql`update setting set value = 'y'`, sql`delete from setting where name = 'c'`])
  assert.deepEqual(changes, [1, 1, 2, 0])
})

onBoth('a failing batch writes nothing', async (database) => {
  await using it = await opened(database)
  await assert.rejects(it.db.batch([put('a'), bad()]), /null/i)
  assert.deepEqual(await names(it.db), [])
})

onBoth('a failing batch does not make batches fail that were sent at the same time', async (database) => {
  await using it = await opened(database)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => it.db.batch(index % 4 === 1 ? [put(`n${index}`), bad()] : [put(`n${index}`)])),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    outcomes.map((_, index) => (index % 4 === 1 ? 'rejected' : 'fulfilled')),
  )
  assert.equal((await names(it.db)).length, 30)
})

onBoth('each of many long batches succeeds or fails on its own', async (database) => {
  await using it = await opened(database)
  const long = (name: string, value: string | null) => sql`
    insert into setting (name, value) select r.name, r.value from ${rows(
      'r',
      { name: 'text', value: 'text' },
      Array.from({ length: 600 }, (_, index) => [`${name}-${index}`, index === 300 ? value : 'x']),
    )}`
  const outcomes = await Promise.allSettled(
    Array.from({ length: 9 }, (_, index) => it.db.batch([long(`n${index}`, index % 2 ? null : 'x')])),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    outcomes.map((_, index) => (index % 2 ? 'rejected' : 'fulfilled')),
  )
  assert.equal((await names(it.db)).length, 5 * 600)
})

onBoth('a read after a batch has returned sees what the batch wrote', async (database) => {
  await using it = await opened(database)
  for (let index = 0; index < 20; index++) {
    await it.db.batch([put(`n${index}`)])
    assert.equal((await names(it.db)).length, index + 1)
  }
})

onBoth('a `must` query that touches no row undoes its whole batch with a Conflict', async (database) => {
  await using it = await opened(database)
  await assert.rejects(it.db.batch([put('a'), must(sql`update setting set value = 'y' where name = 'absent'`), put('b')]), Conflict)
  await assert.rejects(it.db.batch([put('a'), must(sql`select 1 as ok from setting where name = 'absent'`)]), Conflict)
  assert.deepEqual(await names(it.db), [])
  await it.db.batch([put('a'), must(sql`select 1 as ok from setting where name = 'a'`)])
  assert.deepEqual(await names(it.db), ['a'])
})

onBoth('a batch that inserts an existing key gets a Conflict and writes nothing', async (database) => {
  await using it = await opened(database)
  await it.db.batch([put('a')])
  await assert.rejects(it.db.batch([put('b'), put('a')]), Conflict)
  assert.deepEqual(await names(it.db), ['a'])
})

test('retryOnConflict repeats the work after a Conflict, and gives up after 40 attempts', async () => {
  let rounds = 0
  const answer = await retryOnConflict(async () => {
    if (++rounds < 3) throw new Conflict('once more')
    return rounds
  })
  assert.equal(answer, 3)
  rounds = 0
  const never = retryOnConflict(async () => {
    rounds++
    throw new Conflict('never')
  })
  await assert.rejects(never, Conflict)
  assert.equal(rounds, 40)
})

/** Texts that break a query when they are not quoted correctly. */
const awkward = [
  "O'Brien",
  'say "hi"',
  '\\ back \\n slash',
  '{"a":[1,2]}',
  'NULL',
  '',
  '李小四 👩‍👧 ﷽',
  'a\nb\tc',
  "'; drop table setting; --",
  null,
]

onBoth('rows passed to a query keep quotes, every script and null unchanged', async (database) => {
  await using it = await opened(database)
  const list = awkward.map((value, index) => [index, value] as const)
  const found = await it.db.all<{ no: number; word: string | null }>(
    sql`select no, word from ${rows('r', { no: 'bigint', word: 'text' }, list)} order by no`,
  )
  assert.deepEqual(
    found.map(({ no, word }) => [no, word]),
    list,
  )
  // lists without quotes and nulls, and empty lists, are passed to PostgreSQL by another code path
  const harmless = awkward.filter((value) => value !== null && !/["\\]/.test(value))
  for (const words of [awkward, harmless, []]) {
    const list = words.map((word) => [word])
    const found = await it.db.all<{ word: string | null }>(sql`select word from ${rows('r', { word: 'text' }, list)}`)
    assert.deepEqual(
      found.map(({ word }) => [word]),
      list,
    )
  }
})

onBoth('numbers passed to a query keep every integer that a double can hold, and the list may be empty', async (database) => {
  await using it = await opened(database)
  const list = [0, -1, 2 ** 53 - 1, -(2 ** 53) + 1, 4_294_967_296]
  const found = await it.db.all<{ no: number }>(sql`select no from ${numbers('n', 'no', list)}`)
  assert.deepEqual(
    found.map(({ no }) => no),
    list,
  )
  assert.deepEqual(await it.db.all(sql`select no from ${numbers('n', 'no', [])}`), [])
})

onBoth('single values passed to a query keep quotes and every script unchanged', async (database) => {
  await using it = await opened(database)
  for (const [index, value] of awkward.entries())
    if (value !== null) {
      await it.db.batch([put(`n${index}`, value)])
      assert.equal(await settingOf(it.db, `n${index}`), value)
    }
})

onBoth('two processes that write one row with optimistic locks lose no update', async (database) => {
  await using it = await opened(database)
  await it.db.batch([put('count', '0')])
  const [other] = await Promise.all([inOtherProcess(it.url, 'count', 30), countUp(it.db, 30)])
  assert.deepEqual(other, { code: 0, stderr: '' })
  assert.equal(await settingOf(it.db, 'count'), '60')
})

onBoth('what was written before close is there when the database is opened again', async (database) => {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const writes = Promise.all(Array.from({ length: 20 }, (_, index) => db.batch([put(`n${index}`)])))
  await writes
  await db.close()
  const again = await openDb(url)
  assert.equal((await names(again)).length, 20)
  await again.close()
  await drop()
})
