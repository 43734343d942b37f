import { setImmediate as turn } from 'node:timers/promises'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import type { Roll } from './roll.ts'
import { linesText } from './store.ts'

/** Some 12 ms of work, after which others have their turn. */
const atOnce = 10_000

/**
 * A roll from the lines themselves, states and all: 90,000 in some 120 ms, of which 80 are the database's. The text is gone through as
 * bytes, in place, and whose line it is and of which classes is looked up where it differs from the line before. Cut into lines, each
 * searched and looked up, it was 190, and the states a second read of 40.
 */
export async function readRoll(db: Db, living: Living): Promise<Roll> {
  const students = places((userid) => userid)
  const classSets = places((text) => text.split(',').filter(Boolean).map(Number))
  const parts: Part[] = []
  for (let after = -(2 ** 53); ; ) {
    const [chunk] = await db.all<{ lines: string | null; count: number }>(linesText(living, after, atOnce))
    if (chunk?.lines) {
      const part = partOf(Buffer.from(chunk.lines), chunk.count, students, classSets)
      parts.push(part)
      after = part.viewer_nos.at(-1) as number
    }
    if (!chunk || chunk.count < atOnce) break
    await turn()
  }
  const length = parts.reduce((sum, { states }) => sum + states.length, 0)
  const roll = emptyPart(length)
  let at = 0
  for (const part of parts) {
    for (const column of columns) roll[column].set(part[column], at)
    at += part.states.length
  }
  return { ...roll, states: roll.states.toString('latin1'), students: students.list, classSets: classSets.list }
}

const emptyPart = (length: number) => ({
  states: Buffer.alloc(length),
  viewer_nos: new Float64Array(length),
  isParent: new Uint8Array(length),
  family: new Int32Array(length),
  classSet: new Int32Array(length),
})
type Part = ReturnType<typeof emptyPart>
const columns = ['states', 'viewer_nos', 'isParent', 'family', 'classSet'] as const

const [space, minus, zero, quote, close, lineEnd] = [...Buffer.from(' -0"]\n')] as [number, number, number, number, number, number]
const [p] = [...Buffer.from('p')] as [number]
const ofParent = '"parent_userid":"'.length
const ofStudent = '"student_userid":"'.length
const ofClasses = '","partyids":['.length
const noClasses = Buffer.from(']')

/** Lines of `letter number entry`; the entry as `entryOf` prints it, or a visitor's. */
function partOf(text: Buffer, count: number, students: Places<string>, classSets: Places<number[]>): Part {
  const part = emptyPart(count)
  let at = 0
  for (let line = 0; line < count; line++) {
    part.states[line] = text[at++] as number
    const isVisitor = text[at] === minus
    if (isVisitor) at++
    let viewer_no = 0
    for (; text[at] !== space; at++) viewer_no = viewer_no * 10 + (text[at] as number) - zero
    part.viewer_nos[line] = isVisitor ? -viewer_no : viewer_no
    at++
    if (isVisitor) {
      part.family[line] = -1
      part.classSet[line] = classSets.at(noClasses, 0, close)
      while (at < text.length && text[at] !== lineEnd) at++
    } else {
      if (text[at + 1] === p) {
        part.isParent[line] = 1
        at += ofParent
        while (text[at] !== quote) at++
        at += 2
      }
      at += ofStudent
      part.family[line] = students.at(text, at, quote)
      at += students.length() + ofClasses
      part.classSet[line] = classSets.at(text, at, close)
      at += classSets.length() + 1
    }
    at++
  }
  return part
}

/** Each text once, and where it stands in the list. A family's lines lie together, and so do a class's: most are as the one before. */
function places<T>(make: (text: string) => T) {
  const list: T[] = []
  const found = new Map<string, number>()
  let before: { text: Buffer; from: number; length: number; place: number } = { text: noClasses, from: 0, length: 0, place: -1 }
  return {
    list,
    length: () => before.length,
    /** Of the text that begins here and goes up to a mark. */
    at(text: Buffer, from: number, mark: number): number {
      const { length } = before
      let same = 0
      while (same < length && text[from + same] === before.text[before.from + same]) same++
      let to = from + same
      if (before.place >= 0 && same === length && text[to] === mark) return before.place
      while (text[to] !== mark) to++
      const name = text.toString('latin1', from, to)
      let place = found.get(name)
      if (place === undefined) {
        place = list.push(make(name)) - 1
        found.set(name, place)
      }
      before = { text, from, length: to - from, place }
      return place
    },
  }
}
type Places<T> = ReturnType<typeof places<T>>
