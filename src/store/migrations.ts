import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect } from './sql.ts'

/**
 * The files `migrations/0001_*.sql` and on: one text for both databases. What only one of them understands stands in a comment that begins
 * with its name, which is uncommented for that database alone.
 */
const folder = new URL('../../migrations/', import.meta.url)

export type Migration = { no: number; name: string; text: string }

/** The table in which a database lists the migrations it has had. */
export const ledger = 'create table if not exists migration (no bigint primary key, name text not null)'

/**
 * The migrations that a database has not had, in order, in its own dialect.
 *
 * @param done the numbers of those it has had
 * @throws where the database was opened by a newer version, which knows migrations that this one does not
 */
export function migrationsMissing(dialect: Dialect, done: readonly number[]): Migration[] {
  const known = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ no: Number(name.slice(0, 4)), name }))
  const newest = known.at(-1)?.no ?? 0
  const ahead = Math.max(0, ...done)
  if (ahead > newest)
    throw new Error(
      `the database is at migration ${ahead}, this rollcall knows only ${newest}: it was opened by a newer version; use that one`,
    )
  const opener = new RegExp(`/\\*${dialect}:(.*?)\\*/`, 'gs')
  return known
    .filter(({ no }) => !done.includes(no))
    .map(({ no, name }) => ({ no, name, text: readFileSync(new URL(name, folder), 'utf8').replaceAll(opener, '$1') }))
}
