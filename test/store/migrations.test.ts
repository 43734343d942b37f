import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { schema, schemaFile } from '../../scripts/schema.ts'
import type { Db } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { sql } from '../../src/store/sql.ts'
import { databases, onBoth } from '../databases.ts'
import { inOtherProcess } from './other_process.ts'

test('migrations/schema.sql contains exactly the tables that the migrations create', () => {
  assert.equal(readFileSync(schemaFile, 'utf8'), schema(), 'run "npm run schema" and look at what changed')
})

const withoutServer = process.env.ROLLCALL_TEST_POSTGRES ? {} : { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' }

test('both databases have the same tables, columns and indexes', withoutServer, async () => {
  const shapes = []
  for (const database of databases) {
    const { url, drop } = await database.make()
    const db = await openDb(url)
    shapes.push(await (db.dialect === 'sqlite' ? sqliteShape(db) : postgresShape(db)))
    await db.close()
    await drop()
  }
  assert.ok((shapes[0]?.columns.length ?? 0) > 50)
  assert.deepEqual(shapes[0], shapes[1])
})

const sqliteShape = async (db: Db) => ({
  columns: await sorted(
    db,
    sql`select m.name || '.' || c.name || ' ' || lower(c.type) || case when c."notnull" = 1 or c.pk > 0 then ' not null' else '' end as line
      from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`,
  ),
  keys: await sorted(
    db,
    sql`select m.name || ' (' || (select group_concat(name, ', ') from (select name from pragma_table_info(m.name) where pk > 0 order by pk)) || ')' as line
      from sqlite_master m where m.type = 'table'`,
  ),
  indexes: await sorted(db, sql`select name || ' on ' || tbl_name as line from sqlite_master where type = 'index' and sql is not null`),
})

const postgresShape = async (db: Db) => ({
  columns: await sorted(
    db,
    sql`select table_name || '.' || column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end as line
      from information_schema.columns where table_schema = 'public'`,
  ),
  keys: await sorted(
    db,
    sql`select k.table_name || ' (' || string_agg(k.column_name, ', ' order by k.ordinal_position) || ')' as line
      from information_schema.key_column_usage k
      join information_schema.table_constraints c on c.constraint_name = k.constraint_name and c.constraint_schema = k.constraint_schema
      where k.table_schema = 'public' and c.constraint_type = 'PRIMARY KEY'
      group by k.table_name`,
  ),
  indexes: await sorted(
    db,
    sql`select c.relname || ' on ' || t.relname as line from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      where not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)`,
  ),
})

const sorted = async (db: Db, query: Parameters<Db['all']>[0]) => (await db.all<{ line: string }>(query)).map((row) => row.line).sort()

onBoth('a database of a newer version is refused with an error that says what to do', async (database) => {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  await db.batch([sql`insert into migration (no, name) values (9999, '9999_of_tomorrow.sql')`])
  await db.close()
  await assert.rejects(openDb(url), /the database is at migration 9999, .* newer version; use that one/)
  await drop()
})

onBoth('each migration runs once, however many processes start at the same time', async (database) => {
  const { url, drop } = await database.make()
  const started = await Promise.all(Array.from({ length: 6 }, () => inOtherProcess(url, 'open')))
  assert.deepEqual(
    started.map(({ code, stderr }) => ({ code, stderr })),
    started.map(() => ({ code: 0, stderr: '' })),
  )
  const db = await openDb(url)
  const done = await db.all<{ no: number }>(sql`select no from migration order by no`)
  const files = readdirSync(new URL('../../migrations/', import.meta.url)).filter((name) => /^\d{4}_/.test(name))
  assert.deepEqual(
    done.map(({ no }) => no),
    files.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b),
  )
  await db.close()
  await drop()
})

onBoth('opening a database again leaves its rows as they were', async (database) => {
  const { url, drop } = await database.make()
  const first = await openDb(url)
  await first.batch([sql`insert into setting (name, value) values ('kept', 'yes')`])
  await first.close()
  const again = await openDb(url)
  assert.equal((await again.all<{ value: string }>(sql`select value from setting where name = 'kept'`))[0]?.value, 'yes')
  await again.close()
  await drop()
})
