import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import { FileError } from './file_error.ts'
import { maxFileSize, tooManyBytes } from './limits.ts'

/**
 * What the thread that reads a file answers: rows, as often as there are any, each time followed by a message `next` of the reader; and at the
 * end what else is known of the file, or why it cannot be read.
 */
export type ThreadAnswer<Row, Rest> =
  | { readonly rows: readonly Row[] }
  | { readonly file: Rest }
  | { readonly refused: { readonly message: string; readonly zh: string } }

/**
 * Limits of the thread: 200,000 students with their parents take 4 s and 300 MB. `heapMb` is a backstop: V8 may end the whole process when a
 * thread allocates faster than it can be stopped, so every format has limits that are reached long before.
 */
const threadLimits = { seconds: 60, heapMb: 768 }
export type ThreadLimits = typeof threadLimits

/**
 * Reads a file in a worker thread with limited memory and time, which unpacks and parses the bytes, so that a file that is made to be slow does
 * not block the calling thread. The rows arrive in messages of at most a few thousand entries, each requested after the one before.
 *
 * Throws `FileError` where the thread refuses the file, or where reading takes more than 60 s or 768 MB.
 *
 * @param script the thread's file, which calls `answerInThread`
 * @param limits lower only in tests
 */
export async function readInThread<Row, Rest>(
  script: URL,
  bytes: Uint8Array,
  limits: Partial<ThreadLimits> = {},
): Promise<{ rows: Row[]; file: Rest }> {
  const { seconds, heapMb } = { ...threadLimits, ...limits }
  if (bytes.length > maxFileSize) throw new FileError(tooManyBytes().message, tooManyBytes().zh)
  const copy = new Uint8Array(bytes) // the caller keeps its bytes; the copy is moved to the thread
  const worker = new Worker(script, {
    workerData: copy,
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  const rows: Row[] = []
  try {
    const signal = AbortSignal.timeout(seconds * 1000)
    for await (const [answer] of on(worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<[ThreadAnswer<Row, Rest>]>) {
      if ('refused' in answer) throw new FileError(answer.refused.message, answer.refused.zh)
      if ('file' in answer) return { rows, file: answer.file }
      for (const row of answer.rows) rows.push(row)
      worker.postMessage('next')
    }
    throw new Error('the thread that reads a file ended without an answer')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ABORT_ERR') throw stopped(`took more than ${seconds} s`, `超过 ${seconds} 秒`, error)
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') throw stopped(`took more than ${heapMb} MB of memory`, `占用的内存超过 ${heapMb} MB`, error)
    throw error
  } finally {
    await worker.terminate()
  }
}

const stopped = (why: string, zh: string, cause: unknown) => new FileError(`reading the file ${why}`, `读取文件${zh}，已停止`, { cause })
