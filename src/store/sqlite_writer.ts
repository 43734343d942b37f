import type { StatementSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Statement } from './sql.ts'
import { connect } from './sqlite_connection.ts'
import { fileGuard } from './sqlite_file.ts'
import type { WriterAnswer } from './writer_answer.ts'

/** The one writer, with group commit: batches that wait together share a transaction, and so one fsync. Each batch is a savepoint of it. */
type Batch = { id: number; statements: Statement[] }

/** More batches than this do not share a commit, so that the longest wait stays bounded. */
const mostBatches = 256

/** SQLITE_CONSTRAINT_PRIMARYKEY and _UNIQUE: another batch wrote the same key first. */
const conflictCodes = new Set([1555, 2067])

const port = parentPort
if (!port) throw new Error('sqlite_writer runs as a worker thread')
const db = connect(workerData as string)
const checkFile = fileGuard(workerData as string)
// checkpoints run on another thread (sqlite_checkpoint.ts); here only where that one falls behind
db.exec('pragma wal_autocheckpoint = 32768')
const prepared = new Map<string, { statement: StatementSync; returnsRows: boolean }>()

port.on('message', (message: Batch | 'close') => {
  const messages = [message]
  for (let next = receiveMessageOnPort(port); next; next = messages.length < mostBatches ? receiveMessageOnPort(port) : undefined)
    messages.push(next.message)
  const batches = messages.filter((each): each is Batch => each !== 'close')
  if (batches.length) port.postMessage(commitTogether(batches))
  if (batches.length < messages.length) {
    db.close()
    port.close()
  }
})

function commitTogether(batches: Batch[]): WriterAnswer[] {
  try {
    checkFile()
    db.exec('begin immediate')
    const answers = batches.map(writeBatch)
    db.exec('commit')
    return answers
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    return batches.map(({ id }) => ({ id, error: error as Error }))
  }
}

function writeBatch({ id, statements }: Batch): WriterAnswer {
  db.exec('savepoint batch')
  try {
    const changes: number[] = []
    for (const statement of statements) {
      const rows = run(statement)
      if (statement.must && rows === 0) {
        db.exec('rollback to batch; release batch')
        return { id, isConflict: true }
      }
      changes.push(rows)
    }
    db.exec('release batch')
    return { id, changes }
  } catch (error) {
    // a full disk or an I/O error ends the whole transaction, and with it every batch that shares it
    if (!db.isTransaction) throw error
    db.exec('rollback to batch; release batch')
    return conflictCodes.has((error as { errcode?: number }).errcode ?? 0) ? { id, isConflict: true } : { id, error: error as Error }
  }
}

/** Rows changed, or found by a statement that reads. */
function run({ text, values }: Statement): number {
  let cached = prepared.get(text)
  if (!cached) {
    const statement = db.prepare(text)
    cached = { statement, returnsRows: statement.columns().length > 0 }
    prepared.set(text, cached)
  }
  if (cached.returnsRows) return cached.statement.all(...(values as string[])).length
  return Number(cached.statement.run(...(values as string[])).changes)
}
