import type { Db } from '../../store/db.ts'
import { changeRoster } from '../change.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import { childlessParents, type ParentRow } from '../store_parents.ts'
import { type StudentRow, studentsByKey } from '../store_students.ts'
import { writePeople } from '../write_people.ts'
import { touchedBy } from './touched.ts'

/**
 * Deactivates the students with these userids (in lower case) and their viewers. Returns how many were active. The rows stay,
 * because the registers of past livings refer to them.
 */
export const removeStudents = (db: Db, corp_no: number, keys: readonly string[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const students = (await db.all<StudentRow>(studentsByKey(corp_no, keys))).filter((each) => each.active === 1)
    const student_nos = students.map((each) => each.student_no)
    const viewers = (await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))).map((row) => ({ ...row, active: 0 }))
    const removed = students.map((each) => ({ ...each, partyids: '', active: 0 }))
    return {
      answer: removed.length,
      queries: writePeople(corp_no, removed, [], viewers),
      touched: await touchedBy(db, corp_no, student_nos, []),
      events: removed.map(({ student_userid: Id }) => ({ ChangeType: 'delete_student' as const, Id })),
    }
  })

/** Deactivates the parents who have no active child. Returns how many there were. */
export const removeChildlessParents = (db: Db, corp_no: number, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const removed = (await db.all<ParentRow>(childlessParents(corp_no))).map((each) => ({ ...each, active: 0 }))
    return {
      answer: removed.length,
      queries: writePeople(corp_no, [], removed, []),
      events: removed.map(({ parent_userid: Id }) => ({ ChangeType: 'delete_parent' as const, Id })),
    }
  })
