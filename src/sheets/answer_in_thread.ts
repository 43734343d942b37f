import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { FileError } from './file_error.ts'
import type { ThreadAnswer } from './in_thread.ts'

/** Entries, such as rows and parents, in one message. The serving thread receives such a message in 2 to 5 ms. */
const entriesPerMessage = 4000
/** Characters in one message, apart from the last row of the message. */
const charactersPerMessage = 500_000

/**
 * The whole work of a thread that `readInThread` has started: parses the file and answers with its rows, as many in a message as the reader
 * takes at once, and with what else is known of the file; or with the `FileError` of `parse`.
 *
 * @param sizeOf how many entries and characters a row has
 */
export async function answerInThread<Row, Rest extends object>(
  parse: (bytes: Uint8Array) => Promise<{ readonly rows: readonly Row[] } & Rest>,
  sizeOf: (row: Row) => { readonly entries: number; readonly characters: number },
): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('answerInThread runs in a worker thread')
  const answer = (message: ThreadAnswer<Row, Omit<Rest, 'rows'>>) => port.postMessage(message)
  try {
    const { rows, ...file } = await parse(workerData as Uint8Array)
    for (const some of messagesOf(rows, sizeOf)) {
      answer({ rows: some })
      await once(port, 'message') // back-pressure: `next`
    }
    answer({ file })
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    answer({ refused: { message: error.message, zh: error.zh } })
  }
}

function* messagesOf<Row>(rows: readonly Row[], sizeOf: (row: Row) => { entries: number; characters: number }): Generator<Row[]> {
  let some: Row[] = []
  let sum = { entries: 0, characters: 0 }
  for (const row of rows) {
    some.push(row)
    const { entries, characters } = sizeOf(row)
    sum = { entries: sum.entries + entries, characters: sum.characters + characters }
    if (sum.entries < entriesPerMessage && sum.characters < charactersPerMessage) continue
    yield some
    some = []
    sum = { entries: 0, characters: 0 }
  }
  if (some.length) yield some
}
