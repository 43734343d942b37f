import { existsSync } from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Db } from './db.ts'
import { migrateOpenSqlite, migrateSqlite } from './migrate.ts'
import { compile, type Query, statementsOf } from './sql.ts'
import { connect, statementCache } from './sqlite_connection.ts'
import { startCheckpoints, startWriter } from './sqlite_threads.ts'

/** Opens an SQLite file: readers on the serving thread, one writer on a worker thread, so that a write never makes a reader wait. */
export async function open(file: string): Promise<Db> {
  try {
    migrateSqlite(file)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
  const reader = connect(file)
  reader.exec('pragma query_only = 1')
  const prepared = statementCache(reader)
  const read = (query: Query) => {
    const { text, values } = compile(query, 'sqlite')
    return prepared(text).all(...(values as string[]))
  }
  const dataVersion = reader.prepare('pragma data_version')
  const cachedRead = readCache(() => (dataVersion.get() as { data_version: number }).data_version)
  const checkpoints = startCheckpoints(file)
  const writer = startWriter(file, checkpoints.afterWrite)
  return {
    dialect: 'sqlite',
    all: async <Row extends object>(query: Query) =>
      (query.cacheKey === undefined ? read(query) : cachedRead(query.cacheKey, () => read(query))) as Row[],
    batch: (queries) => writer.write(statementsOf(queries, 'sqlite')),
    close: async () => {
      await checkpoints.close()
      await writer.close()
      reader.close()
    },
  }
}

/**
 * Rows of reads that come again and again, valid until anybody commits: our writer or another process. Reading a living takes 11 µs,
 * `pragma data_version` 3.
 */
function readCache(dataVersion: () => number) {
  const cache = new LRUCache<string, unknown[]>({ max: 1000 })
  let seen = -1
  return (key: string, read: () => unknown[]) => {
    const version = dataVersion()
    if (version !== seen) cache.clear()
    seen = version
    let rows = cache.get(key)
    if (!rows) {
      rows = read()
      cache.set(key, rows)
    }
    return rows
  }
}

/** A read transaction held open: in WAL mode it keeps no writer waiting. */
export async function snapshot(file: string): Promise<Db> {
  if (!existsSync(file)) throw new Error(`${file}: no such database`)
  const db = connect(file)
  migrateOpenSqlite(db)
  db.exec('begin; select 1 from migration')
  const prepared = statementCache(db)
  return {
    dialect: 'sqlite',
    all: async <Row extends object>(query: Query) => {
      const { text, values } = compile(query, 'sqlite')
      return prepared(text).all(...(values as string[])) as Row[]
    },
    batch: () => Promise.reject(new Error('a snapshot is read-only')),
    close: async () => db.close(),
  }
}
