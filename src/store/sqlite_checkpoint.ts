import { parentPort, workerData } from 'node:worker_threads'
import { connect } from './sqlite_connection.ts'

/**
 * Runs WAL checkpoints on a thread of its own, so that the writer never waits for one: within a commit, a checkpoint of 8,192 pages takes
 * 100 ms and more. The mode is passive, which holds up neither the writer nor a reader.
 */
const pagesAtOnce = 4096

const port = parentPort
if (!port) throw new Error('sqlite_checkpoint runs as a worker thread')
const db = connect(workerData as string)
// answers how many pages the WAL has and how many of them are checkpointed, and does nothing else
const progress = db.prepare('pragma wal_checkpoint(noop)')
const checkpoint = db.prepare('pragma wal_checkpoint(passive)')

port.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    db.close()
    port.close()
    return
  }
  const { log, checkpointed } = progress.get() as { log: number; checkpointed: number }
  if (log - checkpointed >= pagesAtOnce) checkpoint.get()
})
