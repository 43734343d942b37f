import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'
import { connect } from './sqlite.ts'

/**
 * `migrations/0001_*.sql` and on: one text for both databases. What only one of them understands stands in a comment
 * that begins with its name, which is opened for that database alone.
 */
const folder = new URL('../../migrations/', import.meta.url)

type Migration = { no: number; name: string; text: string }

const migrations = (): Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ no: Number(name.slice(0, 4)), name, text: readFileSync(new URL(name, folder), 'utf8') }))

const opened = (text: string, dialect: 'sqlite' | 'postgres') => text.replaceAll(new RegExp(`/\\*${dialect}:(.*?)\\*/`, 'gs'), '$1')

const ledger = 'create table if not exists migration (no bigint primary key, name text not null)'

function missing(known: Migration[], done: number[]): Migration[] {
  const newest = known.at(-1)?.no ?? 0
  const ahead = Math.max(0, ...done)
  if (ahead > newest)
    throw new Error(
      `the database is at migration ${ahead}, this rollcall knows only ${newest}: it was opened by a newer version; use that one`,
    )
  return known.filter(({ no }) => !done.includes(no))
}

export function migrateSqlite(file: string): void {
  const db = connect(file)
  try {
    migrated(db)
  } finally {
    db.close()
  }
}

/** Brings an open SQLite database up to date, in one transaction. */
export function migrated(db: DatabaseSync): void {
  db.exec('begin immediate')
  try {
    db.exec(ledger)
    const done = db.prepare('select no from migration').all() as { no: number }[]
    for (const { no, name, text } of missing(
      migrations(),
      done.map((row) => row.no),
    )) {
      db.exec(opened(text, 'sqlite'))
      db.prepare('insert into migration values (?, ?)').run(no, name)
    }
    db.exec('commit')
  } finally {
    if (db.isTransaction) db.exec('rollback')
  }
}

/** However many processes start together, the lock lets one migrate; 7655205 is "rollcall" and nothing else. */
export async function migratePostgres(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(7655205)')
    await client.query(ledger)
    const done = (await client.query<{ no: number }>('select no from migration')).rows
    for (const { no, name, text } of missing(
      migrations(),
      done.map((row) => row.no),
    )) {
      await client.query(opened(text, 'postgres'))
      await client.query('insert into migration values ($1, $2)', [no, name])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
