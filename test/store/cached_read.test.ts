import assert from 'node:assert/strict'
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
    assert.equal(await value('a'), `${round}`)
    assert.equal(await value('a'), `${round}`)
    assert.equal(await value('b'), undefined)
  }
  await one.close()
  await other.close()
  await drop()
})
