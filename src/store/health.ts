import type { Db } from './db.ts'
import { must, sql } from './sql.ts'

/** Throws where the database cannot be written or read: it does not answer, its disk is full, or its file was deleted. Changes nothing. */
export async function checkDatabase(db: Db): Promise<void> {
  await db.batch([must(sql`update migration set name = name where no = (select min(no) from migration)`)])
  await db.all(sql`select 1 as ok`)
}

/** Unix seconds of the database's own clock; undefined for SQLite, which has the clock of this machine. */
export async function databaseClock(db: Db): Promise<number | undefined> {
  if (db.dialect === 'sqlite') return undefined
  const [row] = await db.all<{ now: number }>(sql`select cast(floor(extract(epoch from clock_timestamp())) as bigint) as now`)
  return row?.now
}
