import type { Dialect, Query } from './sql.ts'

/**
 * The seam: three verbs, and the name of what is underneath for those who open it.
 * There is no transaction callback: what belongs together is one batch, all or nothing, on disk when it returns.
 */
export type Db = {
  readonly dialect: Dialect
  /** A read: sees every batch acknowledged before it, through whichever process. */
  all<Row extends object>(query: Query): Promise<Row[]>
  /** Rows touched by each query. Throws `Conflict` where a `must` touched none. */
  batch(queries: readonly Query[]): Promise<number[]>
  close(): Promise<void>
}

/** Somebody else was quicker: read again, decide again. */
export class Conflict extends Error {
  override name = 'Conflict'
}

/** Decides on a fresh read until the write goes through; 40 rounds are far more than two writers need. */
export async function decided<T>(attempt: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Conflict) || round === 40) throw error
    }
  }
}

/** For PostgreSQL: connections at most, and seconds a statement may take. */
export type DbOptions = { readonly pool: number; readonly timeout: number }

export async function openDb(url: string, options: DbOptions = { pool: 10, timeout: 60 }): Promise<Db> {
  const isPostgres = /^postgres(ql)?:\/\//.test(url)
  const { open } = isPostgres ? await import('./postgres.ts') : await import('./sqlite.ts')
  return open(url, options)
}

/** The database as it is at this moment, to be read and nothing else; whoever writes meanwhile is not seen and not held up. */
export async function openSnapshot(url: string): Promise<Db> {
  const isPostgres = /^postgres(ql)?:\/\//.test(url)
  const { snapshot } = isPostgres ? await import('./postgres.ts') : await import('./sqlite.ts')
  return snapshot(url)
}
