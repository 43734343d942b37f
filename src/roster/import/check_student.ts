import { isSameMobile, normalMobile } from '../mobiles.ts'
import { keyOf } from '../people.ts'
import type { AddBad } from './cells.ts'
import type { Classes } from './classes.ts'
import type { ListedStudent } from './gather.ts'
import type { ListedParent } from './gather_parents.ts'
import type { Known } from './known.ts'
import { type BadRow, quoted } from './reasons.ts'
import { placeOf } from './roster_file.ts'
import type { WholeFile } from './whole_file.ts'

/** The faults of a listed student and of the student's parents that show only beside the roster; an empty list where there are none. */
export function faultsOf(student: ListedStudent, known: Known, file: WholeFile, classes: Classes): BadRow[] {
  const { userid, mobile, columns } = student
  const bad: BadRow[] = []
  const addBad: AddBad = (column, reason, values = {}) => void bad.push({ ...placeOf(student), column, reason, values })
  if (known.people.parents.has(keyOf(userid))) addBad(columns.student_userid, 'is_parent', { got: quoted(userid) })
  const owner = mobile ? known.studentKeyByMobile.get(normalMobile(mobile)) : undefined
  const before = known.people.students.get(keyOf(userid))
  if (owner !== undefined && owner !== keyOf(userid) && !isSameMobile(before?.mobile, mobile))
    addBad(columns.mobile, 'student_mobile', { other: owner })
  if (student.paths.length === 0 && !before) addBad(columns.classes, 'no_class')
  for (const found of student.paths.map((path) => classes.classOf(path)))
    if ('reason' in found) addBad(columns.classes, found.reason, found.values)
  for (const parent of student.relationByParent.keys()) bad.push(...faultsOfParent(parent, known, file))
  return bad
}

function faultsOfParent(parent: ListedParent, known: Known, file: WholeFile): BadRow[] {
  const { userid, mobile, columns } = parent
  if (known.people.students.has(keyOf(userid)) || file.studentsByKey.has(keyOf(userid)))
    return [{ ...placeOf(parent), column: columns.parent_userid, reason: 'is_student', values: { got: quoted(userid) } }]
  const owner = mobile ? known.parentKeyByMobile.get(normalMobile(mobile)) : undefined
  const before = known.people.parents.get(keyOf(userid))
  if (owner !== undefined && owner !== keyOf(userid) && !isSameMobile(before?.mobile, mobile))
    return [{ ...placeOf(parent), column: columns.mobile, reason: 'parent_mobile', values: { other: owner } }]
  return []
}
