import { isMissing, type Register } from './living.ts'
import { column, type Table } from './table.ts'

/** The counts of one class. `expected` is known only from a Rollcall server; `students` and `parents` are the missing ones. */
type ClassCount = {
  partyid: number
  name: string
  expected?: number
  watched: number
  missing: number
  students: number
  parents: number
}

/** Returns a table with one entry per class: with the server's own counts if there are any, otherwise counted from the lines. */
export function byClass(register: Register): Table<ClassCount> {
  const hasServerCounts = register.living.classes !== undefined
  return {
    columns: [
      column<ClassCount>('class', '班级', (each) => each.name, 18),
      ...(hasServerCounts ? [column<ClassCount>('expected', '应到', (each) => each.expected)] : []),
      column<ClassCount>('watched', '已看', (each) => each.watched),
      column<ClassCount>('missing', '未看', (each) => each.missing),
      ...(hasServerCounts
        ? []
        : [
            column<ClassCount>('students missing', '未看学生', (each) => each.students),
            column<ClassCount>('parents missing', '未看家长', (each) => each.parents),
          ]),
    ],
    entries: countClasses(register),
    json: ({ students, parents, ...each }) => (hasServerCounts ? each : { ...each, students_missing: students, parents_missing: parents }),
  }
}

async function* countClasses(register: Register): AsyncGenerator<ClassCount> {
  const { living } = register
  if (living.classes) {
    for (const { partyid, name, expected, watched, missing } of living.classes)
      yield { partyid, name, expected, watched, missing, students: 0, parents: 0 }
    return
  }
  const countsByPartyid = new Map<number, ClassCount>()
  for await (const line of register.lines('all'))
    for (const partyid of line.partyids) {
      const zero = { partyid, name: living.className(partyid), watched: 0, missing: 0, students: 0, parents: 0 }
      const count = countsByPartyid.get(partyid) ?? zero
      countsByPartyid.set(partyid, count)
      if (line.reason === 'watched') count.watched++
      if (!isMissing(line)) continue
      count.missing++
      if (line.kind === 'student') count.students++
      else count.parents++
    }
  yield* [...countsByPartyid.values()].sort((one, other) => one.name.localeCompare(other.name, 'zh'))
}
