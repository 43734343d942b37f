import type { Db } from '../store/db.ts'
import type { Output } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { keyOf, peopleOf } from './people.ts'
import { type FamilyRow, familiesOf, parentNosInClass, type StudentRow, studentsInClass } from './store.ts'
import { type PartyRow, partiesOf } from './store_parties.ts'
import { classIds } from './students.ts'

/** One person, student or parent. Page 92337. */
export async function readUser(db: Db, corp_no: number, userid: string): Promise<Output<Table['userGet']>> {
  const people = await peopleOf(db, corp_no, [userid])
  const student = people.students.get(keyOf(userid))
  if (student?.active === 1) {
    const family = await db.all<FamilyRow>(familiesOf(corp_no, 'student_no', [student.student_no]))
    return { user_type: 1, student: shownStudent(student, family) }
  }
  const parent = people.parents.get(keyOf(userid))
  if (parent?.active !== 1) throw new WireError('no_user', `userid: nobody is ${userid}`)
  const family = await db.all<FamilyRow>(familiesOf(corp_no, 'parent_no', [parent.parent_no]))
  const { parent_userid, mobile, is_subscribe } = parent
  const children = family.map(({ student_userid, relation }) => ({ student_userid, relation }))
  return { user_type: 2, parent: { parent_userid, mobile, is_subscribe, children } }
}

/** The students of one class; of a department that is none, nobody: it is not recursive. Page 92338. */
export async function listStudents(db: Db, corp_no: number, party_id: number): Promise<Output<Table['userList']>> {
  await checkParty(db, corp_no, party_id)
  const students = await db.all<StudentRow>(studentsInClass(corp_no, party_id))
  const family = await db.all<FamilyRow>(
    familiesOf(
      corp_no,
      'student_no',
      students.map((each) => each.student_no),
    ),
  )
  const families = Map.groupBy(family, (each) => each.student_no)
  return { students: students.map((student) => shownStudent(student, families.get(student.student_no) ?? [])) }
}

/** The parents of one class's students, each with all the children. Page 92446. */
export async function listParents(db: Db, corp_no: number, party_id: number): Promise<Output<Table['userListParent']>> {
  await checkParty(db, corp_no, party_id)
  const parents = await db.all<{ parent_no: number }>(parentNosInClass(corp_no, party_id))
  const family = await db.all<FamilyRow>(
    familiesOf(
      corp_no,
      'parent_no',
      parents.map((each) => each.parent_no),
    ),
  )
  return { parents: [...Map.groupBy(family, (each) => each.parent_no).values()].map(shownParent) }
}

async function checkParty(db: Db, corp_no: number, party_id: number): Promise<void> {
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  if (!parties.some((party) => party.party_id === party_id))
    throw new WireError('no_department', `department_id: no department ${party_id}`)
}

function shownStudent(student: StudentRow, family: readonly FamilyRow[]) {
  const { student_userid, name, mobile, is_subscribe } = student
  return {
    student_userid,
    name,
    department: classIds(student),
    ...(mobile !== null && { mobile }),
    is_subscribe,
    parents: family.map(({ parent_userid, relation, mobile, is_subscribe }) => ({ parent_userid, relation, mobile, is_subscribe })),
  }
}

function shownParent(links: readonly FamilyRow[]) {
  const { parent_userid, mobile, is_subscribe } = links[0] as FamilyRow
  const children = links.map(({ student_userid, relation, student_name }) => ({ student_userid, relation, name: student_name }))
  return { parent_userid, mobile, is_subscribe, children }
}
