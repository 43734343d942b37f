import { on } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { maxFileSize, tooManyBytes } from '../../sheets/limits.ts'
import { type FileRow, type RosterFile, RosterFileError } from './roster_file.ts'
import type { ThreadAnswer } from './thread_answer.ts'

/**
 * Limits of the thread that reads a file: 200,000 students with their parents take 4 s and 300 MB. `heapMb` is a backstop: V8 may end the
 * whole process when a thread allocates faster than it can be stopped, so every format has limits that are reached long before.
 */
const threadLimits = { seconds: 60, heapMb: 768 }

/**
 * Reads a roster file: XLSX, CSV, JSON or a OneRoster archive. A worker thread with limited memory and time unpacks and parses the bytes,
 * so that a file that is made to be slow does not block the calling thread. The rows arrive in messages of at most a few thousand entries,
 * each requested after the one before.
 *
 * Throws `RosterFileError` where the file is no roster, is larger than the limits of `src/sheets/limits.ts` and `check_size.ts`, or takes
 * more than 60 s or 768 MB to read. `limits` are lower only in tests.
 */
export async function readRoster(bytes: Uint8Array, limits: Partial<typeof threadLimits> = {}): Promise<RosterFile> {
  const { seconds, heapMb } = { ...threadLimits, ...limits }
  if (bytes.length > maxFileSize) throw new RosterFileError(tooManyBytes().message, tooManyBytes().zh)
  const copy = new Uint8Array(bytes) // the caller keeps its bytes; the copy is moved to the thread
  const worker = new Worker(new URL(`./read_thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: copy,
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  const rows: FileRow[] = []
  try {
    const signal = AbortSignal.timeout(seconds * 1000)
    for await (const [answer] of on(worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<[ThreadAnswer]>) {
      if ('refused' in answer) throw new RosterFileError(answer.refused.message, answer.refused.zh)
      if ('file' in answer) return { ...answer.file, rows }
      for (const row of answer.rows) rows.push(row)
      worker.postMessage('next')
    }
    throw new Error('the thread that reads a roster file ended without an answer')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ABORT_ERR') throw stopped(`took more than ${seconds} s`, `超过 ${seconds} 秒`, error)
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') throw stopped(`took more than ${heapMb} MB of memory`, `占用的内存超过 ${heapMb} MB`, error)
    throw error
  } finally {
    await worker.terminate()
  }
}

const stopped = (why: string, zh: string, cause: unknown) =>
  new RosterFileError(`reading the file ${why}`, `读取文件${zh}，已停止`, { cause })
