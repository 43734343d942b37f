import pg from 'pg'
import { Conflict, type Db, type DbOptions } from './db.ts'
import { migratePostgres } from './migrate.ts'
import { compile, type Query, type Statement, statementsOf } from './sql.ts'

/** Reads int8 as a JavaScript number: all of Rollcall's stay below 2^53. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === 20 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/** 40001 serialization failure, 40P01 deadlock, 23505 unique violation: another transaction won a race. */
const conflictCodes = new Set(['40001', '40P01', '23505'])

/**
 * Opens a PostgreSQL database through a pool of connections. Statements are unnamed, and the time-out of a batch is set within the batch:
 * pgbouncer in transaction mode supports neither named statements (before 1.21) nor start-up parameters. Connections are pipelined, so
 * that the statements of a batch are sent without waiting for each other.
 */
export async function open(url: string, { pool: max, timeout }: DbOptions): Promise<Db> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    query_timeout: timeout * 1000,
    pipeline: true,
    types,
  })
  // an idle connection that breaks is replaced at the next call; without a listener the event would end the process
  pool.on('error', () => {})
  // when a connection breaks during a query, the query fails too; the event needs a listener, else Node would end the process
  pool.on('connect', (client) => client.on('error', () => {}))
  await migratePostgres(pool)
  return {
    dialect: 'postgres',
    all: async <Row extends object>(query: Query) => {
      const { text, values } = compile(query, 'postgres')
      return (await pool.query(text, values as unknown[])).rows as Row[]
    },
    batch: (queries) => batch(pool, statementsOf(queries, 'postgres'), timeout),
    version: () => undefined,
    close: () => pool.end(),
  }
}

/** One connection in a read-only transaction, which sees what was committed when it began. */
export async function snapshot(url: string): Promise<Db> {
  const client = new pg.Client({ connectionString: url, types })
  await client.connect()
  await client.query('begin isolation level repeatable read read only')
  return {
    dialect: 'postgres',
    all: async <Row extends object>(query: Query) => {
      const { text, values } = compile(query, 'postgres')
      return (await client.query(text, values as unknown[])).rows as Row[]
    },
    batch: () => Promise.reject(new Error('a snapshot is read-only')),
    version: () => undefined,
    close: () => client.end(),
  }
}

/** Two round trips for any number of statements: all of them, and the commit once every `must` has found its row. */
async function batch(pool: pg.Pool, queries: readonly Statement[], timeout: number): Promise<number[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const sent = [
      client.query(`begin; set local statement_timeout = ${timeout * 1000}`),
      ...queries.map(({ text, values }) => client.query(text, values as unknown[])),
    ]
    const [, ...changes] = (await Promise.allSettled(sent)).map((answer) => orThrow<pg.QueryResult>(answer).rowCount ?? 0)
    if (queries.some((query, index) => query.must && changes[index] === 0)) throw new Conflict('the row is not as it was read')
    await client.query('commit')
    return changes
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    if (conflictCodes.has((error as { code?: string }).code ?? '')) throw new Conflict((error as Error).message)
    throw error
  } finally {
    client.release(broken)
  }
}

/** Throws the error of a statement that failed. In a batch the first failure is the cause; later ones only say that the transaction is aborted. */
function orThrow<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}
