import { keyOf } from '../people.ts'
import { type AddBad, checkUserid, flagOf, mobileOf } from './cells.ts'
import { gatherParents, type ListedParent, rowsPerTurn } from './gather_parents.ts'
import { inBatches } from './in_batches.ts'
import type { BadRow } from './reasons.ts'
import { type FileRow, placeOf, type RosterFile, type StudentColumns } from './roster_file.ts'

/** A student as the whole file lists one: the rows of one student taken together. `userid` is "" until `findUserids` has set it. */
export type ListedStudent = {
  readonly file?: string
  readonly line: number
  readonly columns: StudentColumns
  userid: string
  readonly name: string
  mobile: string
  is_subscribe: 0 | 1 | undefined
  /** one path for each class, from the top */
  readonly paths: (readonly string[])[]
  readonly relationByParent: Map<ListedParent, string>
}

/** The students without a fault, and the faults of the others. */
export type Gathered = { readonly students: ListedStudent[]; readonly bad: BadRow[] }

/**
 * Takes the rows of a file together to one object for each student and one for each parent, and checks what can be checked without
 * the roster. A student of whom any row has a fault is left out completely: importing only half of somebody's classes would remove
 * the student from the others.
 */
export async function gather({ rows }: RosterFile): Promise<Gathered> {
  const bad: BadRow[] = []
  const studentByKey = new Map<string, ListedStudent>()
  const faultyKeys = new Set<string>()
  const parentOf = await gatherParents(rows)
  const studentByMobile = new Map<string, ListedStudent>()
  const addRow = (row: FileRow): void => {
    const before = bad.length
    const addBad: AddBad = (column, reason, values = {}) => void bad.push({ ...placeOf(row), column, reason, values })
    const key = row.student_userid ? keyOf(row.student_userid) : keyWithoutUserid(row)
    const known = studentByKey.get(key)
    checkIdentity(row, addBad)
    const mobile = mobileOf(row.mobile, row.columns.mobile, addBad)
    const is_subscribe = flagOf(row.is_subscribe, row.columns.is_subscribe, addBad)
    const relations = row.parents.map((each) => [parentOf(each, row, addBad), each.relation] as const)
    if (known) checkSameStudent(row, mobile, known, addBad)
    const student = known ?? newStudent(row, mobile)
    const owner = mobile ? studentByMobile.get(mobile) : undefined
    if (owner && owner !== student) addBad(row.columns.mobile, 'student_mobile', { other: owner.userid || owner.name })
    else if (mobile) studentByMobile.set(mobile, student)
    student.mobile ||= mobile
    student.is_subscribe = is_subscribe ?? student.is_subscribe
    addClasses(student, row, addBad)
    addParents(student, row, relations, addBad)
    studentByKey.set(key, student)
    if (bad.length > before) faultyKeys.add(key)
  }
  for await (const some of inBatches(rows, rowsPerTurn)) some.forEach(addRow)
  for (const key of faultyKeys) studentByKey.delete(key)
  return { students: [...studentByKey.values()], bad }
}

/** Rows without a userid are of one student if name and classes are equal; the second of them is then a fault. */
const keyWithoutUserid = ({ name, classes }: FileRow) => `\n${name}\n${classes.map((path) => path.join('/')).join('\n')}`

/** The most classes a student may be in, and the most parents. */
const maxClasses = 20
const maxParents = 20

/** Adds the classes that a row names, each once. */
function addClasses(student: ListedStudent, { classes, columns }: FileRow, addBad: AddBad): void {
  const known = new Set(student.paths.map((path) => path.join('/')))
  const added = classes.filter((path) => !known.has(path.join('/')) && known.add(path.join('/')))
  if (student.paths.length + added.length > maxClasses) addBad(columns.classes, 'too_many_classes')
  else student.paths.push(...added)
}

/** Adds the parents of a row, and their relations where the row gives them. */
function addParents(student: ListedStudent, { columns }: FileRow, relations: readonly Relation[], addBad: AddBad): void {
  for (const [parent, relation] of relations) {
    if (student.relationByParent.size < maxParents || student.relationByParent.has(parent))
      student.relationByParent.set(parent, relation || (student.relationByParent.get(parent) ?? ''))
    else addBad(columns.student_userid, 'too_many_parents')
  }
}
type Relation = readonly [ListedParent, string]

/** Checks userid and name, and that a student without a userid has a parent to be identified by. */
function checkIdentity({ columns, student_userid, name, parents }: FileRow, addBad: AddBad): void {
  checkUserid(student_userid, columns.student_userid, addBad)
  if (!student_userid && !parents.some((each) => each.mobile || each.parent_userid)) addBad(columns.student_userid, 'no_identity')
  if (name === '') addBad(columns.name, 'no_name')
  if ([...name].length > 32) addBad(columns.name, 'long_name')
}

/** Checks a row beside an earlier row of the same student. */
function checkSameStudent({ columns, student_userid, name }: FileRow, mobile: string, known: ListedStudent, addBad: AddBad): void {
  if (!student_userid) addBad(columns.name, 'same_name', { line: known.line })
  if (student_userid && known.name !== name && name) addBad(columns.name, 'two_names', { line: known.line })
  if (known.mobile && mobile && known.mobile !== mobile) addBad(columns.mobile, 'two_mobiles', { line: known.line })
}

const newStudent = (row: FileRow, mobile: string): ListedStudent => ({
  ...placeOf(row),
  columns: row.columns,
  userid: row.student_userid,
  name: row.name,
  mobile,
  is_subscribe: undefined,
  paths: [],
  relationByParent: new Map(),
})
