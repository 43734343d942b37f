import type { Dialect, Query } from './sql.ts'

/**
 * The seam to the database: three verbs. There are no transaction callbacks; what belongs together is one batch, which is written whole or
 * not at all, and is on disk when it returns.
 */
export type Db = {
  readonly dialect: Dialect
  /** A read. It sees every batch that was acknowledged before it, through whichever process. */
  all<Row extends object>(query: Query): Promise<Row[]>
  /**
   * Writes statements in one transaction.
   *
   * @returns how many rows each touched
   * @throws Conflict where a statement marked `must` touched none, or where another transaction won a race
   */
  batch(queries: readonly Query[]): Promise<number[]>
  /** A number that grows when any process commits, for caches; undefined where the database cannot tell for less than a read (PostgreSQL). */
  version(): number | undefined
  close(): Promise<void>
}

/** Optimistic locking failed: another transaction changed what was read. Read again and decide again. */
export class Conflict extends Error {
  override name = 'Conflict'
}

/** Far more rounds than two writers need. */
const mostRounds = 40

/** Runs `attempt`, which reads, decides and writes, and runs it again as long as its write ends in a `Conflict`. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Conflict) || round === mostRounds) throw error
    }
  }
}

/** For PostgreSQL: how many connections at most, and how many seconds a statement may take. */
export type DbOptions = { readonly pool: number; readonly timeout: number }
