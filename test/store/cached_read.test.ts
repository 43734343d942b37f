import assert from 'node:assert/strict'
import { setTimeout as pass } from 'node:timers/promises'
import { noteArrival } from '../../src/event_loop.ts'
import { openDb } from '../../src/store/open.ts'
import { cachedRead, sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'

onBoth('cached rows are never older than a write that this process or another one has acknowledged', async (database) => {
  const { url, drop } = await database.make()
  const one = await openDb(url)
  const other = await openDb(url)
  const value = async (name: string) =>
    (await one.all<{ value: string }>(cachedRead(`setting ${name}`, sql`select value from setting where name = ${name}`)))[0]?.value
  const put = (name: string, text: string) => sql`
    insert into setting (name, value) values (${name}, ${text}) on conflict (name) do update set value = excluded.value`
  assert.equal(await value('a'), undefined)
  for (let round = 0; round < 20; round++) {
    await (round % 2 ? one : other).batch([put('a', `${round}`)])
    noteArrival(false)
    assert.equal(await value('a'), `${round}`)
    assert.equal(await value('a'), `${round}`)
    assert.equal(await value('b'), undefined)
  }
  await one.close()
  await other.close()
  await drop()
})

onBoth('a request that arrives in the round in which this process has committed sees the commit', async (database) => {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const value = async () =>
    (await db.all<{ value: string }>(cachedRead('setting a', sql`select value from setting where name = 'a'`)))[0]?.value
  for (let text = 0; text < 20; text++) {
    await pass(1)
    noteArrival(false)
    void value()
    const written = db.batch([
      sql`insert into setting (name, value) values ('a', ${`${text}`}) on conflict (name) do update set value = excluded.value`,
    ])
    // so long that the answer of the write comes before the round ends
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    await written
    assert.equal(await value(), `${text}`)
  }
  await db.close()
  await drop()
})
