import type { Db } from '../store/db.ts'
import type { Output } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { keyOf, peopleOf } from './people.ts'
import { type FamilyRow, familiesOf, type StudentRow } from './store.ts'
import { classIds } from './students.ts'

/** One person, student or parent. Page 92337. */
export async function readUser(db: Db, corp_no: number, userid: string): Promise<Output<Table['userGet']>> {
  const people = await peopleOf(db, corp_no, [userid])
  const student = people.students.get(keyOf(userid))
  if (student?.active === 1) return { user_type: 1, student: await shownStudent(db, corp_no, student) }
  const parent = people.parents.get(keyOf(userid))
  if (parent?.active !== 1) throw new WireError('no_user', `userid: nobody is ${userid}`)
  const family = await db.all<FamilyRow>(familiesOf(corp_no, 'parent_no', [parent.parent_no]))
  const { parent_userid, mobile, is_subscribe } = parent
  const children = family.map(({ student_userid, relation }) => ({ student_userid, relation }))
  return { user_type: 2, parent: { parent_userid, mobile, is_subscribe, children } }
}

async function shownStudent(db: Db, corp_no: number, student: StudentRow) {
  const family = await db.all<FamilyRow>(familiesOf(corp_no, 'student_no', [student.student_no]))
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
