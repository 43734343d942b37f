import { existsSync } from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Db } from './db.ts'
import { migrateOpenSqlite, migrateSqlite } from './migrate.ts'
import { compile, type Query, statementsOf } from './sql.ts'
import { commitDetector } from './sqlite_commits.ts'
import { connect, statementCache } from './sqlite_connection.ts'
import { restrictToOwner } from './sqlite_file.ts'
import { startCheckpoints, startWriter } from './sqlite_threads.ts'

/** Opens an SQLite file: readers on the serving thread, one writer on a worker thread, so that a write never makes a reader wait. */
export async function open(file: string): Promise<Db> {
  try {
    migrateSqlite(file)
    restrictToOwner(file)
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
  reader.exec('select 1 from migration limit 1') // the first read creates the -shm file
  const commits = commitDetector(file)
  const cache = readCache(commits.hasCommit)
  const checkpoints = startCheckpoints(file)
  const writer = startWriter(file, () => {
    commits.noteCommit()
    checkpoints.afterWrite()
  })
  return {
    dialect: 'sqlite',
    all: async <Row extends object>(query: Query) =>
      (query.cacheKey === undefined ? read(query) : cache.read(query.cacheKey, () => read(query))) as Row[],
    batch: (queries) => writer.write(statementsOf(queries, 'sqlite')),
    version: cache.version,
    close: async () => {
      await checkpoints.close()
      await writer.close()
      commits.close()
      reader.close()
    },
  }
}

/**
 * Caches the rows of reads that come again and again, until our writer or another process commits. To read a living without the cache
 * takes 11 µs.
 */
function readCache(hasCommit: () => boolean) {
  const cache = new LRUCache<string, unknown[]>({ max: 1000 })
  let commits = 0
  function version(): number {
    if (hasCommit()) {
      cache.clear()
      commits++
    }
    return commits
  }
  return {
    version,
    read(key: string, read: () => unknown[]): unknown[] {
      version()
      let rows = cache.get(key)
      if (!rows) {
        rows = read()
        cache.set(key, rows)
      }
      return rows
    },
  }
}

/** SQLITE_BUSY: another connection holds a lock that is needed. */
const busyCode = 5

/** `scrub` of open.ts. It needs free space of the size of the file, and 10 s for each gigabyte. */
export function scrub(file: string): boolean {
  const db = connect(file)
  try {
    db.exec('vacuum')
    return (db.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number }).busy === 0
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== busyCode) throw error
    return false
  } finally {
    db.close()
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
    version: () => undefined,
    close: async () => db.close(),
  }
}
