import { on } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { maxFileSize, tooManyBytes } from '../../sheets/limits.ts'
import { type FileRow, type RosterFile, RosterFileError } from './roster_file.ts'
import type { ThreadAnswer } from './thread_answer.ts'

/** Seconds after which reading a file is given up. 200,000 students with their parents take 3 s. */
const maxSeconds = 60
/** Heap of the thread that reads a file. 200,000 students with their parents need 250 MB. */
const maxHeapMb = 768

/**
 * Reads a roster file: XLSX, CSV, JSON or a OneRoster archive. A worker thread with limited memory and time unpacks and parses the bytes,
 * so that a file that is made to be slow does not block the calling thread. The rows arrive in messages of at most a few thousand entries,
 * each requested after the one before.
 *
 * Throws `RosterFileError` where the file is no roster, is larger than the limits of `src/sheets/limits.ts` and `check_size.ts`, or takes
 * more than 60 s or 768 MB to read.
 */
export async function readRoster(bytes: Uint8Array): Promise<RosterFile> {
  if (bytes.length > maxFileSize) throw new RosterFileError(tooManyBytes().message, tooManyBytes().zh)
  const copy = new Uint8Array(bytes) // the caller keeps its bytes; the copy is moved to the thread
  const worker = new Worker(new URL(`./read_thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: copy,
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  })
  const rows: FileRow[] = []
  try {
    const signal = AbortSignal.timeout(maxSeconds * 1000)
    for await (const [answer] of on(worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<[ThreadAnswer]>) {
      if ('refused' in answer) throw new RosterFileError(answer.refused.message, answer.refused.zh)
      if ('file' in answer) return { ...answer.file, rows }
      for (const row of answer.rows) rows.push(row)
      worker.postMessage('next')
    }
    throw new Error('the thread that reads a roster file ended without an answer')
  } catch (error) {
    throw readable(error as Error & { code?: string })
  } finally {
    await worker.terminate()
  }
}

/** Turns the errors of a thread that was stopped at one of its limits into a `RosterFileError`. */
function readable(error: Error & { code?: string }): Error {
  if (error.code === 'ABORT_ERR')
    return new RosterFileError(`reading the file took more than ${maxSeconds} s`, `读取文件超过 ${maxSeconds} 秒，已停止`, { cause: error })
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new RosterFileError(
      `reading the file took more than ${maxHeapMb} MB of memory`,
      `读取文件占用的内存超过 ${maxHeapMb} MB，已停止`,
      {
        cause: error,
      },
    )
  return error
}
