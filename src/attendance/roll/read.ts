import { setImmediate as nextLoop } from 'node:timers/promises'
import { beginning } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import { entryBytes, entryMarks } from '../../register/entry.ts'
import type { Db } from '../../store/db.ts'
import type { Roll } from './roll.ts'
import { linesText } from './store.ts'

/** Lines read at once: some 12 ms of work, after which other calls get their turn. */
const linesAtOnce = 10_000

/**
 * Reads a roll from the register: 90,000 lines in some 120 ms, 80 of them the database's. Lines are parsed as bytes in place, since a
 * string for each line, and a look-up for its student and its classes, took 190 ms.
 */
export async function readRoll(db: Db, living: Living): Promise<Roll> {
  const students = interned((userid) => userid, entryMarks.useridEnd)
  const classSets = interned((text) => text.split(',').filter(Boolean).map(Number), entryMarks.partyidsEnd)
  const parts: Columns[] = []
  for (let after = beginning; ; ) {
    const [row] = await db.all<{ lines: string | null; count: number }>(linesText(living, after, linesAtOnce))
    if (row?.lines) {
      const part = parsed(Buffer.from(row.lines), row.count, students, classSets)
      parts.push(part)
      after = part.viewer_nos.at(-1) as number
    }
    if (!row || row.count < linesAtOnce) break
    await nextLoop()
  }
  const { letters, ...columns } = joined(parts)
  return { ...columns, letters: letters.toString('latin1'), students: students.list, classSets: classSets.list }
}

const emptyColumns = (length: number) => ({
  letters: Buffer.alloc(length),
  viewer_nos: new Float64Array(length),
  isParent: new Uint8Array(length),
  studentIndex: new Int32Array(length),
  classSetIndex: new Int32Array(length),
})
type Columns = ReturnType<typeof emptyColumns>
const columnNames = ['letters', 'viewer_nos', 'isParent', 'studentIndex', 'classSetIndex'] as const

function joined(parts: readonly Columns[]): Columns {
  const columns = emptyColumns(parts.reduce((sum, { letters }) => sum + letters.length, 0))
  let at = 0
  for (const part of parts) {
    for (const name of columnNames) columns[name].set(part[name], at)
    at += part.letters.length
  }
  return columns
}

const [space, minus, zero, lineFeed] = [...Buffer.from(' -0\n')] as [number, number, number, number]
const noClasses = Buffer.from(']')

/** Parses lines of the form `letter viewer_no " " entry "\n"`. */
function parsed(text: Buffer, count: number, students: Interned<string>, classSets: Interned<number[]>): Columns {
  const columns = emptyColumns(count)
  let at = 0
  for (let line = 0; line < count; line++) {
    columns.letters[line] = text[at++] as number
    const isVisitor = text[at] === minus
    if (isVisitor) at++
    let viewer_no = 0
    for (; text[at] !== space; at++) viewer_no = viewer_no * 10 + (text[at] as number) - zero
    columns.viewer_nos[line] = isVisitor ? -viewer_no : viewer_no
    at++
    if (isVisitor) {
      columns.studentIndex[line] = -1
      columns.classSetIndex[line] = classSets.indexAt(noClasses, 0)
      while (at < text.length && text[at] !== lineFeed) at++
    } else {
      columns.isParent[line] = Number(entryBytes.isParent(text, at))
      at = entryBytes.studentUseridStart(text, at)
      columns.studentIndex[line] = students.indexAt(text, at)
      at = entryBytes.partyidsStart(at + students.lastLength())
      columns.classSetIndex[line] = classSets.indexAt(text, at)
      at += classSets.lastLength() + 1
    }
    at++
  }
  return columns
}

/**
 * Values read from texts, each text once, by their index in a list. The lines of a household lie together, and so do those of a class, so
 * a text is first compared with the one before it, without making a string.
 *
 * @param toValue what a text stands for
 * @param endMark the byte that ends a text
 */
function interned<T>(toValue: (text: string) => T, endMark: number) {
  const list: T[] = []
  const indexByText = new Map<string, number>()
  let last = { bytes: noClasses as Buffer, from: 0, length: 0, index: -1 }
  return {
    list,
    lastLength: () => last.length,
    /** The index of the text that begins at `from`. */
    indexAt(bytes: Buffer, from: number): number {
      const { length } = last
      let same = 0
      while (same < length && bytes[from + same] === last.bytes[last.from + same]) same++
      let to = from + same
      if (last.index >= 0 && same === length && bytes[to] === endMark) return last.index
      while (bytes[to] !== endMark) to++
      const text = bytes.toString('latin1', from, to)
      let index = indexByText.get(text)
      if (index === undefined) {
        index = list.push(toValue(text)) - 1
        indexByText.set(text, index)
      }
      last = { bytes, from, length: to - from, index }
      return index
    },
  }
}
type Interned<T> = ReturnType<typeof interned<T>>
