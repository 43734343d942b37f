import { parentPort, workerData } from 'node:worker_threads'
import { connect } from './sqlite.ts'

/**
 * Writes the log home, in a thread of its own: SQLite does it within a commit, and then whoever waits for that commit waits for 8,192
 * pages and the disk besides, 100 ms and more. Passive: neither the writer nor a reader is held up.
 */
const pagesAtOnce = 4096

const port = parentPort
if (!port) throw new Error('sqlite-home runs as a worker')
const db = connect(workerData as string)
// how many pages the log has, and how many of them are home, without doing anything
const look = db.prepare('pragma wal_checkpoint(noop)')
const write = db.prepare('pragma wal_checkpoint(passive)')

port.on('message', (message: 'written' | 'close') => {
  if (message === 'close') {
    db.close()
    port.close()
    return
  }
  const { log, checkpointed } = look.get() as { log: number; checkpointed: number }
  if (log - checkpointed >= pagesAtOnce) write.get()
})
