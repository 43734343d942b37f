import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { openDb } from '../../src/store/open.ts'
import { sql } from '../../src/store/sql.ts'
import { databases } from '../databases.ts'

const postgres = databases.find(({ name }) => name === 'postgres')
const server = process.env.ROLLCALL_TEST_POSTGRES
const options = server ? {} : { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' }

/** As a restart of the server or a network does: every connection to this database is cut. */
async function cutConnections(url: string) {
  const client = new pg.Client(server)
  await client.connect()
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [new URL(url).pathname.slice(1)])
  await client.end()
}

test('after an idle connection broke, one call may say so and the next works', options, async () => {
  const { url, drop } = (await postgres?.make()) ?? assert.fail()
  const db = await openDb(url)
  await db.all(sql`select 1 as ok`)
  await cutConnections(url)
  // a call that is quicker than the news is told
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

test('a server that is not there is an error that says so, and soon', options, async () => {
  await assert.rejects(openDb('postgres://rollcall:rollcall@127.0.0.1:1/rollcall'), /ECONNREFUSED/)
})

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
