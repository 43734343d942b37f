import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Conflict } from './db.ts'
import type { Statement } from './sql.ts'
import type { WriterAnswer } from './writer_answer.ts'

/** The two worker threads of an SQLite database: its writer, and its checkpoints. Neither keeps the process alive while it is idle. */

const startThread = (name: string, file: string) =>
  new Worker(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), { workerData: file })

/**
 * Starts the writer's thread.
 *
 * @param afterWrite called whenever batches have been written
 */
export function startWriter(file: string, afterWrite: () => void) {
  const worker = startThread('sqlite_writer', file)
  const waiting = new Map<number, { resolve: (changes: number[]) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let broken: Error | undefined
  const fail = (error: Error) => {
    broken = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (answers: WriterAnswer[]) => {
    afterWrite()
    for (const { id, changes, isConflict, error } of answers) {
      const caller = waiting.get(id)
      waiting.delete(id)
      if (changes) caller?.resolve(changes)
      else caller?.reject(isConflict ? new Conflict('the row is not as it was read') : (error ?? new Error('the writer gave no answer')))
    }
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the database writer has stopped')))
  worker.unref()
  return {
    write: (statements: readonly Statement[]) =>
      new Promise<number[]>((resolve, reject) => {
        if (broken) return reject(broken)
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, statements })
      }),
    close: async () => {
      if (!broken) await stopped(worker)
    },
  }
}

/** Milliseconds after a write at which the checkpoint thread is asked, so that many writes ask it once. */
const checkpointDelayMs = 250

/** Starts the checkpoint thread, at the first write. */
export function startCheckpoints(file: string) {
  let worker: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  const checkpoint = () => {
    timer = undefined
    if (!worker) {
      worker = startThread('sqlite_checkpoint', file)
      // a checkpoint that fails costs nothing but time: SQLite runs one when the file is opened next
      worker.on('error', () => {})
      worker.unref()
    }
    worker.postMessage('checkpoint')
  }
  return {
    afterWrite: () => {
      timer ??= setTimeout(checkpoint, checkpointDelayMs).unref()
    },
    close: async () => {
      clearTimeout(timer)
      if (worker) await stopped(worker)
    },
  }
}

function stopped(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.ref()
    worker.once('exit', () => resolve())
    worker.postMessage('close')
  })
}
