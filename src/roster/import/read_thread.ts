import { answerInThread } from '../../sheets/answer_in_thread.ts'
import { entriesOf, textLength } from './check_size.ts'
import { parseRoster } from './parse.ts'
import type { FileRow } from './roster_file.ts'

/** The thread that reads one roster file: see read.ts. */
await answerInThread(parseRoster, (row: FileRow) => ({ entries: entriesOf(row), characters: textLength(row) }))
