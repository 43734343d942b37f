import type { Db, DbOptions } from './db.ts'

/** Whether a database is PostgreSQL; otherwise it is the path of an SQLite file. */
export const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url)

/** Opens a database, creating or migrating it. `url` is `postgres://…`, or the path of an SQLite file. */
export async function openDb(url: string, options: DbOptions = { pool: 10, timeout: 60 }): Promise<Db> {
  if (isPostgres(url)) return (await import('./postgres.ts')).open(url, options)
  return (await import('./sqlite.ts')).open(url)
}

/**
 * Rewrites an SQLite file, so that nothing that was overwritten or deleted is left in its free pages or its WAL. PostgreSQL does so by
 * itself, when it vacuums.
 *
 * @returns false where another process is using the file, which then stays as it is
 */
export const scrub = async (url: string): Promise<boolean> => isPostgres(url) || (await import('./sqlite.ts')).scrub(url)

/** Opens a read-only snapshot of a database as it is at this moment: it does not see later writes, and does not hold them up. */
export async function openSnapshot(url: string): Promise<Db> {
  if (isPostgres(url)) return (await import('./postgres.ts')).snapshot(url)
  return (await import('./sqlite.ts')).snapshot(url)
}
