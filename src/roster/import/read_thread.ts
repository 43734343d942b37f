import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { entriesOf, textLength } from './check_size.ts'
import { parseRoster } from './parse.ts'
import { type FileRow, RosterFileError } from './roster_file.ts'
import type { ThreadAnswer } from './thread_answer.ts'

/** The thread that reads one roster file: see read.ts. */

/** Rows, parents and names of classes in one message. The serving thread receives such a message in 2 to 5 ms. */
const entriesPerMessage = 4000
/** Characters in one message, apart from the last row of the message. */
const charactersPerMessage = 500_000

const port = parentPort
if (!port) throw new Error('read_thread runs as a worker thread')
const answer = (message: ThreadAnswer) => port.postMessage(message)

try {
  const { rows, ...file } = await parseRoster(workerData as Uint8Array)
  for (const some of messagesOf(rows)) {
    answer({ rows: some })
    await once(port, 'message') // back-pressure: `next`
  }
  answer({ file })
} catch (error) {
  if (!(error instanceof RosterFileError)) throw error
  answer({ refused: { message: error.message, zh: error.zh } })
}

function* messagesOf(rows: readonly FileRow[]): Generator<FileRow[]> {
  let some: FileRow[] = []
  let entries = 0
  let characters = 0
  for (const row of rows) {
    some.push(row)
    entries += entriesOf(row)
    characters += textLength(row)
    if (entries < entriesPerMessage && characters < charactersPerMessage) continue
    yield some
    some = []
    entries = 0
    characters = 0
  }
  if (some.length) yield some
}
