import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cell } from './sheet.ts'

type Row = readonly Cell[]
/** The rows of one group. `buffered` is not yet in the file; `chunks` are byte ranges of the file. */
type Group = { buffered: string; readonly chunks: { offset: number; size: number }[] }

/** Number of characters that are buffered in memory, over all groups, before they are written to the file. */
const maxBuffered = 4_000_000

/**
 * Groups rows by a key (such as the class) through a temporary file: rows are added in any order, and each group is read back in one piece.
 * The file is in the system's temporary folder. Only its owner can read it. `close` deletes it.
 */
export async function openSpool() {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  const file = await open(join(folder, 'rows'), 'wx+', 0o600)
  const groupsByKey = new Map<string, Group>()
  let buffered = 0
  let fileSize = 0

  async function flush(): Promise<void> {
    for (const group of groupsByKey.values()) {
      if (group.buffered === '') continue
      const bytes = Buffer.from(group.buffered)
      await file.write(bytes, 0, bytes.length, fileSize)
      group.chunks.push({ offset: fileSize, size: bytes.length })
      group.buffered = ''
      fileSize += bytes.length
    }
    buffered = 0
  }

  return {
    /** Adds a row to the group `key`. */
    async add(key: string, row: Row): Promise<void> {
      const group = groupsByKey.get(key) ?? { buffered: '', chunks: [] }
      groupsByKey.set(key, group)
      const line = `${JSON.stringify(row.map((cell) => (cell instanceof Date ? { date: cell.getTime() } : (cell ?? null))))}\n`
      group.buffered += line
      buffered += line.length
      if (buffered > maxBuffered) await flush()
    },
    /** Yields the rows of a group in the order in which they were added. */
    async *rows(key: string): AsyncGenerator<Row, void> {
      await flush()
      for (const { offset, size } of groupsByKey.get(key)?.chunks ?? []) {
        const bytes = Buffer.alloc(size)
        await file.read(bytes, 0, size, offset)
        for (const line of bytes.toString().trimEnd().split('\n')) yield JSON.parse(line).map(reviveDate)
      }
    },
    async close(): Promise<void> {
      await file.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const reviveDate = (cell: Cell | { date: number }): Cell =>
  typeof cell === 'object' && cell !== null && 'date' in cell ? new Date(cell.date) : cell
