import type { Household, Line, Register } from './living.ts'
import { classNamesIn, column, type Table } from './table.ts'
import { kindWords, type Lang, reasonWords, translate, type Words } from './words.ts'

/** Returns a table with one entry per viewer. `hasReasons` adds the column that says why a viewer is listed. */
export function byViewer(register: Register, which: 'missing' | 'watched' | 'all', lang: Lang, hasReasons: boolean): Table<Line> {
  const { living } = register
  const watchingColumns = [
    column<Line>('seconds', '观看秒数', (line) => line.watch_time),
    { ...column<Line>('entered', '进入时间', (line) => toDate(line.enter_time), 20), isExtra: true },
    { ...column<Line>('left', '离开时间', (line) => toDate(line.leave_time), 20), isExtra: true },
    { ...column<Line>('commented', '评论', (line) => (line.is_comment ? 1 : 0)), isExtra: true },
  ]
  return {
    columns: [
      column<Line>('class', '班级', classNamesIn(living), 18),
      column<Line>('name', '姓名', (line) => line.name, 14),
      column<Line>('who', '身份', (line) => line.relation || translate(kindWords[line.kind], lang, line.kind)),
      column<Line>('student_userid', '学生账号', (line) => line.student_userid, 20),
      column<Line>('parent_userid', '家长账号', (line) => line.parent_userid, 20),
      ...(hasReasons ? [column<Line>('reason', '状态', (line) => translate(reasonWords[line.reason], lang, line.reason), 14)] : []),
      ...(which === 'missing' ? [] : watchingColumns),
    ],
    entries: register.lines(which),
    json: (line) => ({ ...line, classes: line.partyids.map(living.className) }),
    partyids: (line) => line.partyids,
  }
}

const toDate = (seconds: number | undefined) => (seconds ? new Date(seconds * 1000) : undefined)

/** `isListed`: whether the student is on the list. `parents`: the userids of the parents who are. */
type StudentEntry = { student_userid: string; name: string; partyids: readonly number[]; isListed: boolean; parents: string[] }

/** Returns a table with one entry per student of whom the student or a parent is missing (or has watched). */
export function byStudent(register: Register, which: 'missing' | 'watched', lang: Lang): Table<StudentEntry> {
  const { living } = register
  const verb: Words = which === 'missing' ? { en: 'missing', zh: '未看' } : { en: 'watched', zh: '已看' }
  const yes = { en: 'yes', zh: '是' }
  return {
    columns: [
      column('class', '班级', classNamesIn(living), 18),
      column('name', '姓名', (student) => student.name, 14),
      column('student_userid', '学生账号', (student) => student.student_userid, 20),
      column(`student ${verb.en}`, `学生${verb.zh}`, (student) => (student.isListed ? yes[lang] : '')),
      column(`parents ${verb.en}`, `${verb.zh}家长`, (student) => student.parents.join('、'), 24),
    ],
    entries: groupByStudent(register.lines(which)),
    json: ({ isListed, parents, ...student }) => ({
      ...student,
      classes: student.partyids.map(living.className),
      student: isListed,
      parent_userids: parents,
    }),
    partyids: (student) => student.partyids,
  }
}

/** Groups lines by student. The lines of a household are not next to each other, so all students are held in memory until the last line. */
async function* groupByStudent(lines: AsyncIterable<Line>): AsyncGenerator<StudentEntry> {
  const studentsByUserid = new Map<string, StudentEntry>()
  for await (const { student_userid, parent_userid, name, partyids } of lines) {
    if (student_userid === undefined) continue
    const key = student_userid.toLowerCase() // userids are case-insensitive
    const student = studentsByUserid.get(key) ?? { student_userid, name, partyids, isListed: false, parents: [] }
    studentsByUserid.set(key, student)
    if (parent_userid === undefined) student.isListed = true
    else student.parents.push(parent_userid)
  }
  yield* studentsByUserid.values()
}

/** Returns a table with one entry per household in which nobody watched. */
export const byHousehold = (register: Register): Table<Household> => ({
  columns: [
    column('class', '班级', classNamesIn(register.living), 18),
    column('name', '姓名', (household) => household.name, 14),
    column('student_userid', '学生账号', (household) => household.student_userid, 20),
    column('parents', '家长账号', (household) => household.parent_userids.join('、'), 24),
  ],
  entries: register.households(),
  json: (household) => ({ ...household, classes: household.partyids.map(register.living.className) }),
  partyids: (household) => household.partyids,
})
