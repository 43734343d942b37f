import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { Conflict, type Db } from './db.ts'
import { migrated, migrateSqlite } from './migrate.ts'
import { compile, type Query, type Statement, statementsOf } from './sql.ts'

/** Readers on the serving thread, one writer in a worker, so that a write never makes a reader wait. */
export async function open(file: string): Promise<Db> {
  try {
    migrateSqlite(file)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
  const reader = connect(file)
  reader.exec('pragma query_only = 1')
  const statements = new Map<string, StatementSync>()
  const read = (query: Query) => {
    const { text, values } = compile(query, 'sqlite')
    return prepared(reader, statements, text).all(...(values as string[]))
  }
  reader.exec('select 1 from migration limit 1') // the log's index is there from the first read on
  const written = writtenSince(file)
  const keptRows = keptUntil(written.since)
  const home = startHome(file)
  const writer = startWriter(file, home.written)
  return {
    dialect: 'sqlite',
    all: async <Row extends object>(query: Query) => (query.kept === undefined ? read(query) : keptRows(query.kept, query, read)) as Row[],
    batch: (queries) => writer.write(statementsOf(queries, 'sqlite')),
    close: async () => {
      await home.close()
      await writer.close()
      written.close()
      reader.close()
    },
  }
}

/**
 * Rows of reads that come again and again, kept while nobody has committed, neither our writer nor another process. The read of a
 * living takes 11 µs.
 */
function keptUntil(written: () => boolean) {
  const rows = new Map<string, unknown[]>()
  return (key: string, query: Query, read: (query: Query) => unknown[]) => {
    if (written() || rows.size > 1000) rows.clear()
    const before = rows.get(key)
    if (before) return before
    const found = read(query)
    rows.set(key, found)
    return found
  }
}

/**
 * Whether anybody has committed since this was last asked: what SQLite itself looks at to see that, the 48 bytes that head the index of
 * the log (https://sqlite.org/walformat.html#the_wal_index_header), which every commit changes. 1 µs; `pragma data_version` took 3 and two
 * locks. Read in the middle of a change they differ from what was and from what will be, and then the answer is yes twice.
 */
function writtenSince(file: string) {
  // while our connection is open it stays; a file that cannot have a log has none, and then every answer is yes
  const index = existsSync(`${file}-shm`) ? openSync(`${file}-shm`, 'r') : undefined
  let seen = Buffer.alloc(48)
  let now = Buffer.alloc(48)
  return {
    since(): boolean {
      if (index === undefined) return true
      readSync(index, now, 0, 48, 0)
      const changed = !now.equals(seen)
      ;[seen, now] = [now, seen]
      return changed
    },
    close: () => index !== undefined && closeSync(index),
  }
}

/** A read transaction held open: in WAL it keeps nobody waiting. */
export async function snapshot(file: string): Promise<Db> {
  if (!existsSync(file)) throw new Error(`${file}: no such database`)
  const db = connect(file)
  migrated(db)
  db.exec('begin; select 1 from migration')
  const statements = new Map<string, StatementSync>()
  return {
    dialect: 'sqlite',
    all: async <Row extends object>(query: Query) => {
      const { text, values } = compile(query, 'sqlite')
      return prepared(db, statements, text).all(...(values as string[])) as Row[]
    },
    batch: () => Promise.reject(new Error('a snapshot is not written')),
    close: async () => db.close(),
  }
}

/**
 * 64 MB of pages are kept a connection: the register of a 300,000-viewer living. What a batch may have to undo stays in memory, else
 * each of them writes it to a temporary file; and 8,192 pages (32 MB) gather in the log before they are written home, not 1,000, which
 * one batch of 1,000 stays fills alone. The two together: 0.7 to 0.94 of the time of a stay, on a busy machine. While a server runs they
 * are written home beside its writer: `sqlite-home.ts`.
 */
export function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 10_000 })
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; pragma mmap_size = 2147418112')
  db.exec('pragma temp_store = memory; pragma wal_autocheckpoint = 8192')
  return db
}

export function prepared(db: DatabaseSync, kept: Map<string, StatementSync>, text: string): StatementSync {
  let statement = kept.get(text)
  if (!statement) {
    statement = db.prepare(text)
    kept.set(text, statement)
  }
  return statement
}

export type WriterAnswer = { id: number; changes?: number[]; conflict?: boolean; error?: Error }

const startThread = (name: string, file: string) =>
  new Worker(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), { workerData: file })

function startWriter(file: string, written: () => void) {
  const worker = startThread('sqlite_writer', file)
  const waiting = new Map<number, { resolve: (changes: number[]) => void; reject: (error: Error) => void }>()
  let last = 0
  let broken: Error | undefined
  const fail = (error: Error) => {
    broken = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (answers: WriterAnswer[]) => {
    written()
    for (const { id, changes, conflict, error } of answers) {
      const caller = waiting.get(id)
      waiting.delete(id)
      if (changes) caller?.resolve(changes)
      else caller?.reject(conflict ? new Conflict('the row is not as it was read') : (error ?? new Error('the writer gave no answer')))
    }
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the database writer has stopped')))
  worker.unref()
  return {
    write: (queries: readonly Statement[]) =>
      new Promise<number[]>((resolve, reject) => {
        if (broken) return reject(broken)
        const id = ++last
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, queries })
      }),
    close: async () => {
      if (!broken) await ended(worker)
    },
  }
}

/** Writes the log home from time to time, a quarter of a second after a write at the soonest. */
function startHome(file: string) {
  let worker: Worker | undefined
  let told: NodeJS.Timeout | undefined
  return {
    written: () => {
      told ??= setTimeout(() => {
        told = undefined
        if (!worker) {
          worker = startThread('sqlite_checkpoint', file)
          // what it does can be left undone: SQLite does it at the next start
          worker.on('error', () => {})
          worker.unref()
        }
        worker.postMessage('written')
      }, 250).unref()
    },
    close: async () => {
      clearTimeout(told)
      if (worker) await ended(worker)
    },
  }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.ref()
    worker.once('exit', () => resolve())
    worker.postMessage('close')
  })
}
