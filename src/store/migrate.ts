import type { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'
import { ledger, migrationsMissing } from './migrations.ts'
import { connect } from './sqlite_connection.ts'

/** Creates or migrates an SQLite file. */
export function migrateSqlite(file: string): void {
  const db = connect(file)
  try {
    migrateOpenSqlite(db)
  } finally {
    db.close()
  }
}

/** Migrates an open SQLite database, in one transaction. */
export function migrateOpenSqlite(db: DatabaseSync): void {
  db.exec('begin immediate')
  try {
    db.exec(ledger)
    const done = db.prepare('select no from migration').all() as { no: number }[]
    for (const { no, name, text } of migrationsMissing(
      'sqlite',
      done.map((row) => row.no),
    )) {
      db.exec(text)
      db.prepare('insert into migration values (?, ?)').run(no, name)
    }
    db.exec('commit')
  } finally {
    if (db.isTransaction) db.exec('rollback')
  }
}

/** The key of an advisory lock that nothing else takes: processes that start at the same time migrate one after the other. */
const migrationLock = 7655205

/** Migrates a PostgreSQL database, in one transaction. */
export async function migratePostgres(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(${migrationLock})`)
    await client.query(ledger)
    const done = (await client.query<{ no: number }>('select no from migration')).rows
    for (const { no, name, text } of migrationsMissing(
      'postgres',
      done.map((row) => row.no),
    )) {
      await client.query(text)
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
