import type { Cell } from '../../sheets/sheet.ts'
import { type Household, isMissing, type Lesson, type Line, type Register } from './lesson.ts'
import { kindWords, type Lang, reasonWords, say, type Words } from './words.ts'

/** A table of one kind of entries: what a cell shows of each, and the JSON that a program gets instead. A narrow terminal leaves out what is extra. */
export type Table<Entry> = {
  readonly columns: readonly {
    readonly header: Words
    readonly cell: (entry: Entry) => Cell
    readonly width?: number
    readonly extra?: boolean
  }[]
  readonly entries: AsyncIterable<Entry>
  readonly json: (entry: Entry) => object
  /** on whose sheets it stands, one a class; nothing for entries that belong to no class */
  readonly partyids?: (entry: Entry) => readonly number[]
}

// biome-ignore lint/suspicious/noExplicitAny: whoever writes a table never looks into its entries
export type AnyTable = Table<any>

const column = <Entry>(en: string, zh: string, cell: (entry: Entry) => Cell, width?: number) => ({
  header: { en, zh },
  cell,
  ...(width !== undefined && { width }),
})
const classNames = (lesson: Lesson) => (entry: { partyids: readonly number[] }) => entry.partyids.map(lesson.className).join('、')
const seconds = (at: number | undefined) => (at ? new Date(at * 1000) : undefined)

/** A line a viewer. */
export function people(register: Register, which: 'missing' | 'watched' | 'all', lang: Lang, showsReason: boolean): Table<Line> {
  const { lesson } = register
  const watching = [
    column<Line>('seconds', '观看秒数', (line) => line.watch_time),
    { ...column<Line>('entered', '进入时间', (line) => seconds(line.enter_time), 20), extra: true },
    { ...column<Line>('left', '离开时间', (line) => seconds(line.leave_time), 20), extra: true },
    { ...column<Line>('commented', '评论', (line) => (line.is_comment ? 1 : 0)), extra: true },
  ]
  return {
    columns: [
      column<Line>('class', '班级', classNames(lesson), 18),
      column<Line>('name', '姓名', (line) => line.name, 14),
      column<Line>('who', '身份', (line) => line.relation || say(kindWords[line.kind], lang, line.kind)),
      column<Line>('student_userid', '学生账号', (line) => line.student_userid, 20),
      column<Line>('parent_userid', '家长账号', (line) => line.parent_userid, 20),
      ...(showsReason ? [column<Line>('reason', '状态', (line) => say(reasonWords[line.reason], lang, line.reason), 14)] : []),
      ...(which === 'missing' ? [] : watching),
    ],
    entries: register.lines(which),
    json: (line) => ({ ...line, classes: line.partyids.map(lesson.className) }),
    partyids: (line) => line.partyids,
  }
}

type Pupil = { student_userid: string; name: string; partyids: readonly number[]; student: boolean; parents: string[] }

/** A line a student: whether the student is on the list, and which parents. */
export function byStudent(register: Register, which: 'missing' | 'watched', lang: Lang): Table<Pupil> {
  const { lesson } = register
  const verb: Words = which === 'missing' ? { en: 'missing', zh: '未看' } : { en: 'watched', zh: '已看' }
  const yes = { en: 'yes', zh: '是' }
  return {
    columns: [
      column('class', '班级', classNames(lesson), 18),
      column('name', '姓名', (pupil) => pupil.name, 14),
      column('student_userid', '学生账号', (pupil) => pupil.student_userid, 20),
      column(`student ${verb.en}`, `学生${verb.zh}`, (pupil) => (pupil.student ? yes[lang] : '')),
      column(`parents ${verb.en}`, `${verb.zh}家长`, (pupil) => pupil.parents.join('、'), 24),
    ],
    entries: pupils(register.lines(which)),
    json: ({ student, parents, ...pupil }) => ({
      ...pupil,
      classes: pupil.partyids.map(lesson.className),
      student,
      parent_userids: parents,
    }),
    partyids: (pupil) => pupil.partyids,
  }
}

/** A family's lines lie apart, so a small record of each is kept until all are read. */
async function* pupils(lines: AsyncIterable<Line>): AsyncGenerator<Pupil> {
  const found = new Map<string, Pupil>()
  for await (const { student_userid, parent_userid, name, partyids } of lines) {
    if (student_userid === undefined) continue
    const pupil = found.get(student_userid.toLowerCase()) ?? { student_userid, name, partyids, student: false, parents: [] }
    found.set(student_userid.toLowerCase(), pupil) // userids compare without case
    if (parent_userid === undefined) pupil.student = true
    else pupil.parents.push(parent_userid)
  }
  yield* found.values()
}

/** A line a family in which nobody watched. */
export const byHousehold = (register: Register): Table<Household> => ({
  columns: [
    column('class', '班级', classNames(register.lesson), 18),
    column('name', '姓名', (family) => family.name, 14),
    column('student_userid', '学生账号', (family) => family.student_userid, 20),
    column('parents', '家长账号', (family) => family.parent_userids.join('、'), 24),
  ],
  entries: register.households(),
  json: (family) => ({ ...family, classes: family.partyids.map(register.lesson.className) }),
  partyids: (family) => family.partyids,
})

export type ClassCount = {
  partyid: number
  name: string
  expected?: number
  watched: number
  missing: number
  students: number
  parents: number
}

/** A line a class: of the report's own counts where there are any, else counted from the lists. */
export function byClass(register: Register): Table<ClassCount> {
  const counted = register.lesson.classes !== undefined
  return {
    columns: [
      column<ClassCount>('class', '班级', (each) => each.name, 18),
      ...(counted ? [column<ClassCount>('expected', '应到', (each) => each.expected)] : []),
      column<ClassCount>('watched', '已看', (each) => each.watched),
      column<ClassCount>('missing', '未看', (each) => each.missing),
      ...(counted
        ? []
        : [
            column<ClassCount>('students missing', '未看学生', (each) => each.students),
            column<ClassCount>('parents missing', '未看家长', (each) => each.parents),
          ]),
    ],
    entries: countClasses(register),
    json: ({ students, parents, ...each }) => (counted ? each : { ...each, students_missing: students, parents_missing: parents }),
  }
}

async function* countClasses(register: Register): AsyncGenerator<ClassCount> {
  const { lesson } = register
  if (lesson.classes) {
    for (const { partyid, name, expected, watched, missing } of lesson.classes)
      yield { partyid, name, expected, watched, missing, students: 0, parents: 0 }
    return
  }
  const counts = new Map<number, ClassCount>()
  for await (const line of register.lines('all'))
    for (const partyid of line.partyids) {
      const count = counts.get(partyid) ?? { partyid, name: lesson.className(partyid), watched: 0, missing: 0, students: 0, parents: 0 }
      counts.set(partyid, count)
      if (line.reason === 'watched') count.watched++
      if (!isMissing(line)) continue
      count.missing++
      if (line.kind === 'student') count.students++
      else count.parents++
    }
  yield* [...counts.values()].sort((one, other) => one.name.localeCompare(other.name, 'zh'))
}
