import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { openDb } from '../../src/store/open.ts'
import { sql } from '../../src/store/sql.ts'
import { databases } from '../databases.ts'

const postgres = databases.find(({ name }) => name === 'postgres')
const server = process.env.ROLLCALL_TEST_POSTGRES
const options = server ? {} : { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' }

/** Closes every connection to this database, as a restart of PostgreSQL or a network failure does. */
async function cutConnections(url: string) {
  const client = new pg.Client(server)
  await client.connect()
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [new URL(url).pathname.slice(1)])
  await client.end()
}

test('after idle connections broke, at most one call fails and the next one works', options, async () => {
  const { url, drop } = (await postgres?.make()) ?? assert.fail()
  const db = await openDb(url)
  await db.all(sql`select 1 as ok`)
  await cutConnections(url)
  // this call may use the broken connection before the pool notices, and then fails
  await db.all(sql`select 1 as ok`).catch(() => {})
  assert.deepEqual(await db.all(sql`select 1 as ok`), [{ ok: 1 }])
  assert.deepEqual(await db.batch([sql`insert into setting (name, value) values ('a', 'b')`]), [1])
  await db.close()
  await drop()
})

test('a connection that breaks in a batch fails the batch, leaves nothing behind, and the next call works', options, async () => {
  const { url, drop } = (await postgres?.make()) ?? assert.fail()
  const db = await openDb(url)
  const batch = db.batch([sql`insert into setting (name, value) values ('half', 'done')`, sql`select pg_sleep(30)`])
  const failed = assert.rejects(batch, /terminat/i)
  await sleeping(url)
  await cutConnections(url)
  await failed
  assert.deepEqual(await db.all(sql`select name from setting`), [])
  await db.close()
  await drop()
})

test('opening a database on a port where nothing listens fails with ECONNREFUSED', options, async () => {
  await assert.rejects(openDb('postgres://rollcall:rollcall@127.0.0.1:1/rollcall'), /ECONNREFUSED/)
})

/** Waits until the batch of the test has reached its `pg_sleep`. */
async function sleeping(url: string) {
  const client = new pg.Client(server)
  await client.connect()
  for (;;) {
    const { rowCount } = await client.query("select 1 from pg_stat_activity where datname = $1 and query like 'select pg_sleep%'", [
      new URL(url).pathname.slice(1),
    ])
    if (rowCount) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await client.end()
}
