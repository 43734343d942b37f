import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cell } from './sheet.ts'

type Row = readonly Cell[]
type Heap = { waiting: string; readonly places: { at: number; size: number }[] }

/** Characters kept in memory before they go to the file. */
const kept = 4_000_000

/**
 * Rows sorted onto heaps, such as one a class, through a file of its own: they come in any order, and each heap is read back as one.
 * The file lies in the system's temporary folder, readable by its owner alone, and goes with `close`.
 */
export async function openSpool() {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  const file = await open(join(folder, 'rows'), 'wx+', 0o600)
  const heaps = new Map<string, Heap>()
  let waiting = 0
  let end = 0

  async function flush(): Promise<void> {
    for (const heap of heaps.values()) {
      if (heap.waiting === '') continue
      const bytes = Buffer.from(heap.waiting)
      await file.write(bytes, 0, bytes.length, end)
      heap.places.push({ at: end, size: bytes.length })
      heap.waiting = ''
      end += bytes.length
    }
    waiting = 0
  }

  return {
    async add(key: string, row: Row): Promise<void> {
      const heap = heaps.get(key) ?? { waiting: '', places: [] }
      heaps.set(key, heap)
      const line = `${JSON.stringify(row.map((cell) => (cell instanceof Date ? { date: cell.getTime() } : (cell ?? null))))}\n`
      heap.waiting += line
      waiting += line.length
      if (waiting > kept) await flush()
    },
    /** The rows of a heap in the order they came. */
    async *rows(key: string): AsyncGenerator<Row, void> {
      await flush()
      for (const { at, size } of heaps.get(key)?.places ?? []) {
        const bytes = Buffer.alloc(size)
        await file.read(bytes, 0, size, at)
        for (const line of bytes.toString().trimEnd().split('\n')) yield JSON.parse(line).map(revived)
      }
    },
    async close(): Promise<void> {
      await file.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const revived = (cell: Cell | { date: number }): Cell =>
  typeof cell === 'object' && cell !== null && 'date' in cell ? new Date(cell.date) : cell
