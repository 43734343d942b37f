import type { StatementSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Statement } from './sql.ts'
import { connect, type WriterAnswer } from './sqlite.ts'

/** The one writer. Batches that wait together share a commit, so that `synchronous = full` costs one fsync for all of them. */
/** SQLITE_CONSTRAINT_PRIMARYKEY and _UNIQUE: somebody wrote the same key first. */
const raced = new Set([1555, 2067])

type Batch = { id: number; queries: Statement[] }

const port = parentPort
if (!port) throw new Error('sqlite-writer runs as a worker')
const db = connect(workerData as string)
// the log is written home by another thread (sqlite-home.ts); here only where that one falls behind
db.exec('pragma wal_autocheckpoint = 32768')
const statements = new Map<string, { statement: StatementSync; reads: boolean }>()

port.on('message', (message: Batch | 'close') => {
  const waiting = [message]
  // 256 batches a commit keep the longest wait bounded
  for (let next = receiveMessageOnPort(port); next; next = waiting.length < 256 ? receiveMessageOnPort(port) : undefined)
    waiting.push(next.message)
  const batches = waiting.filter((each): each is Batch => each !== 'close')
  if (batches.length) port.postMessage(commitTogether(batches))
  if (batches.length < waiting.length) {
    db.close()
    port.close()
  }
})

function commitTogether(batches: Batch[]): WriterAnswer[] {
  try {
    db.exec('begin immediate')
    const answers = batches.map(writeOne)
    db.exec('commit')
    return answers
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    return batches.map(({ id }) => ({ id, error: error as Error }))
  }
}

function writeOne({ id, queries }: Batch): WriterAnswer {
  db.exec('savepoint batch')
  try {
    const changes: number[] = []
    for (const query of queries) {
      const changed = run(query)
      if (query.must && changed === 0) {
        db.exec('rollback to batch; release batch')
        return { id, conflict: true }
      }
      changes.push(changed)
    }
    db.exec('release batch')
    return { id, changes }
  } catch (error) {
    // a full disk or an I/O error ends the whole transaction: then nobody's batch is written
    if (!db.isTransaction) throw error
    db.exec('rollback to batch; release batch')
    return raced.has((error as { errcode?: number }).errcode ?? 0) ? { id, conflict: true } : { id, error: error as Error }
  }
}

function run({ text, values }: Statement): number {
  let kept = statements.get(text)
  if (!kept) {
    const statement = db.prepare(text)
    kept = { statement, reads: statement.columns().length > 0 }
    statements.set(text, kept)
  }
  if (kept.reads) return kept.statement.all(...(values as string[])).length
  return Number(kept.statement.run(...(values as string[])).changes)
}
