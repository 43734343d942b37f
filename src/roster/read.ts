import type { Db } from '../store/db.ts'
import type { Output } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { classIds, keyOf, peopleOf } from './people.ts'
import { type HouseholdRow, householdsOf } from './store_households.ts'
import { parentNosInClass } from './store_parents.ts'
import { type PartyRow, partiesOf } from './store_parties.ts'
import { type StudentRow, studentsInClass } from './store_students.ts'

/**
 * Returns one student or parent as the wire shows one, without parents' mobiles unless `showsMobiles`. Throws `no_user` where nobody
 * active has the userid. WeCom page 92337.
 */
export async function readUser(db: Db, corp_no: number, userid: string, showsMobiles: boolean): Promise<Output<Table['userGet']>> {
  const people = await peopleOf(db, corp_no, [userid])
  const student = people.students.get(keyOf(userid))
  if (student) {
    const parents = await db.all<HouseholdRow>(householdsOf(corp_no, 'student_no', [student.student_no]))
    return { user_type: 1, student: shownStudent(student, parents, showsMobiles) }
  }
  const parent = people.parents.get(keyOf(userid))
  if (!parent) throw new WireError('no_user', `userid: nobody is ${userid}`)
  const household = await db.all<HouseholdRow>(householdsOf(corp_no, 'parent_no', [parent.parent_no]))
  const { parent_userid, mobile, is_subscribe } = parent
  const children = household.map(({ student_userid, relation }) => ({ student_userid, relation }))
  return { user_type: 2, parent: { parent_userid, ...(showsMobiles && { mobile }), is_subscribe, children } }
}

/**
 * Returns the students of one class, each with the parents; an empty list for a department of another type, because the call does
 * not look into the departments below. Parents have no mobile unless `showsMobiles`. Throws `no_department`. WeCom page 92338.
 */
export async function listStudents(db: Db, corp_no: number, party_id: number, showsMobiles: boolean): Promise<Output<Table['userList']>> {
  await checkParty(db, corp_no, party_id)
  const students = await db.all<StudentRow>(studentsInClass(corp_no, party_id))
  const rows = await db.all<HouseholdRow>(
    householdsOf(
      corp_no,
      'student_no',
      students.map((each) => each.student_no),
    ),
  )
  const parentsByStudent = Map.groupBy(rows, (each) => each.student_no)
  return { students: students.map((student) => shownStudent(student, parentsByStudent.get(student.student_no) ?? [], showsMobiles)) }
}

/**
 * Returns the parents of one class's students, each with all children, of whatever class, and with the mobile if `showsMobiles`. Throws
 * `no_department`. WeCom page 92446.
 */
export async function listParents(
  db: Db,
  corp_no: number,
  party_id: number,
  showsMobiles: boolean,
): Promise<Output<Table['userListParent']>> {
  await checkParty(db, corp_no, party_id)
  const parents = await db.all<{ parent_no: number }>(parentNosInClass(corp_no, party_id))
  const rows = await db.all<HouseholdRow>(
    householdsOf(
      corp_no,
      'parent_no',
      parents.map((each) => each.parent_no),
    ),
  )
  return { parents: [...Map.groupBy(rows, (each) => each.parent_no).values()].map((each) => shownParent(each, showsMobiles)) }
}

async function checkParty(db: Db, corp_no: number, party_id: number): Promise<void> {
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  if (!parties.some((party) => party.party_id === party_id))
    throw new WireError('no_department', `department_id: no department ${party_id}`)
}

function shownStudent(student: StudentRow, parents: readonly HouseholdRow[], showsMobiles: boolean) {
  const { student_userid, name, mobile, is_subscribe } = student
  return {
    student_userid,
    name,
    department: classIds(student),
    ...(mobile !== null && { mobile }),
    is_subscribe,
    parents: parents.map(({ parent_userid, relation, mobile, is_subscribe }) => ({
      parent_userid,
      relation,
      ...(showsMobiles && { mobile }),
      is_subscribe,
    })),
  }
}

/** `rows`: one row for each child of the same parent. */
function shownParent(rows: readonly HouseholdRow[], showsMobiles: boolean) {
  const { parent_userid, mobile, is_subscribe } = rows[0] as HouseholdRow
  const children = rows.map(({ student_userid, relation, student_name }) => ({ student_userid, relation, name: student_name }))
  return { parent_userid, ...(showsMobiles && { mobile }), is_subscribe, children }
}
