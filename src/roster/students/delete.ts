import type { Db } from '../../store/db.ts'
import { WireError } from '../../wire/errcode.ts'
import { changeRoster } from '../change.ts'
import { eachAlone, type Failure, peopleOf } from '../people.ts'
import { type HouseholdRow, householdsOf, type ViewerRow, viewersOf } from '../store_households.ts'
import type { StudentRow } from '../store_students.ts'
import { studentChange, studentIn } from './rules.ts'

/**
 * Deletes those students who have no parents any more. Returns the others, each with the error (`student_has_parents`, `no_user`).
 * The rows stay with `active` 0, because the registers of past livings refer to them. WeCom page 92326.
 */
export const deleteStudents = (db: Db, corp_no: number, userids: readonly string[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const people = await peopleOf(db, corp_no, userids)
    const student_nos = [...people.students.values()].map((each) => each.student_no)
    const households = await db.all<HouseholdRow>(householdsOf(corp_no, 'student_no', student_nos))
    const viewers = await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))
    const before: StudentRow[] = []
    const failures = eachAlone(
      userids,
      (userid) => userid,
      (userid) => {
        const student = studentIn(people, userid, 'userid')
        const parents = households.filter((each) => each.student_no === student.student_no)
        if (parents.length)
          throw new WireError('student_has_parents', `userid: ${userid} has ${parents.map((each) => each.parent_userid).join(', ')}`)
        people.students.delete(student.student_key)
        before.push(student)
      },
    )
    const deletedNos = new Set(before.map((each) => each.student_no))
    const ended = viewers.filter((viewer) => deletedNos.has(viewer.student_no)).map((viewer) => ({ ...viewer, active: 0 }))
    const students = before.map((each) => ({ ...each, partyids: '', active: 0 }))
    const events = before.map((each) => ({ ChangeType: 'delete_student' as const, Id: each.student_userid }))
    return { answer: failures, ...studentChange(corp_no, students, before, ended), events }
  })
