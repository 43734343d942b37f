import { entryObject, kindOf } from '../../register/entry.ts'

/**
 * A run of register entries, already serialised as JSON: the students' entries, then the parents', each in the order of viewer numbers and
 * followed by a comma. A page is assembled by copying byte ranges out of such runs: 0.02 ms for 1,000 entries, against 0.3 ms entry by entry.
 */
export type Run = {
  readonly viewer_nos: readonly number[]
  readonly bytes: Buffer
  /** `studentsEnd[n]`: where in `bytes` the students' entries among the first n lines end */
  readonly studentsEnd: Uint32Array
  /** the same for the parents' */
  readonly parentsEnd: Uint32Array
}
export type Line = { readonly viewer_no: number; readonly entry: string }

/** Lines `from` up to, but not including, `to` of a run. */
export type Slice = { readonly run: Run; readonly from: number; readonly to: number }

/** Serialises lines, which must be in the order of viewer numbers. */
export function runOf(lines: readonly Line[]): Run {
  const studentsEnd = new Uint32Array(lines.length + 1)
  const parentsEnd = new Uint32Array(lines.length + 1)
  let students = ''
  let parents = ''
  let studentBytes = 0
  let parentBytes = 0
  lines.forEach(({ entry }, index) => {
    const text = `${entryObject(entry)},`
    if (kindOf(entry) === 'parent') {
      parents += text
      parentBytes += Buffer.byteLength(text)
    } else {
      students += text
      studentBytes += Buffer.byteLength(text)
    }
    studentsEnd[index + 1] = studentBytes
    parentsEnd[index + 1] = parentBytes
  })
  const bytes = Buffer.from(students + parents)
  const viewer_nos = lines.map((line) => line.viewer_no)
  return { viewer_nos, bytes, studentsEnd, parentsEnd: parentsEnd.map((end) => end + studentBytes) }
}

/** Joins slices into one run, so that the next page is copied out of one run and not out of many. */
export function joinedRun(slices: readonly Slice[]): Run {
  const count = slices.reduce((sum, { from, to }) => sum + to - from, 0)
  const parts: Buffer[] = []
  let bytes = 0
  const join = (kind: 'studentsEnd' | 'parentsEnd') => {
    const ends = new Uint32Array(count + 1)
    ends[0] = bytes
    let line = 0
    for (const { run, from, to } of slices) {
      const start = run[kind][from] as number
      parts.push(run.bytes.subarray(start, run[kind][to]))
      for (let index = from + 1; index <= to; index++) ends[++line] = bytes + (run[kind][index] as number) - start
      bytes = ends[line] as number
    }
    return ends
  }
  const viewer_nos = slices.flatMap(({ run, from, to }) => run.viewer_nos.slice(from, to))
  const studentsEnd = join('studentsEnd')
  const parentsEnd = join('parentsEnd')
  return { viewer_nos, bytes: Buffer.concat(parts), studentsEnd, parentsEnd }
}

/** How many lines of a run come before a viewer or are the viewer's own. */
export const linesUpTo = ({ viewer_nos }: Run, viewer_no: number): number =>
  leadingLength(viewer_nos.length, (index) => (viewer_nos[index] as number) <= viewer_no)

/** Binary search: the length of the leading part, of `length` items, for which `isTrue` holds. It must hold for no item after that part. */
export function leadingLength(length: number, isTrue: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isTrue(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** The length of a slice in bytes, commas included. */
export const sliceBytes = ({ run, from, to }: Slice) => lengthOf(run.studentsEnd, from, to) + lengthOf(run.parentsEnd, from, to)

const lengthOf = (ends: Uint32Array, from: number, to: number) => (ends[to] as number) - (ends[from] as number)
