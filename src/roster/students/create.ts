import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { checkIdIsFree, checkUserid, eachAlone, type Failure, keyOf, nextNumbers } from '../people.ts'
import type { StudentRow } from '../store_students.ts'
import { studentChange, studentRules } from './rules.ts'

type NewStudent = Input<Table['createStudent']>

/**
 * Creates those students who can be created. Returns the others, each with the error. A userid whose owner was deleted
 * can be given again: to a new student, with a new number and without the earlier stays. WeCom pages 92325, 92328.
 */
export const createStudents = (db: Db, corp_no: number, asked: readonly NewStudent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const rules = await studentRules(
      db,
      corp_no,
      asked.map((each) => each.student_userid),
      asked.flatMap((each) => each.mobile ?? []),
    )
    const next = await nextNumbers(db, corp_no)
    const students: StudentRow[] = []
    const failures = eachAlone(
      asked,
      (each) => each.student_userid,
      (each) => {
        checkUserid('student_userid', each.student_userid)
        checkIdIsFree(rules.people, 'student_userid', each.student_userid)
        const student_key = keyOf(each.student_userid)
        const student = {
          student_no: next('student_no'),
          student_userid: each.student_userid,
          student_key,
          name: each.name,
          partyids: rules.checkedPartyids(each.department),
          // checked last, so that a student who fails another check claims no mobile from the rest of the batch
          ...rules.checkedMobile(student_key, each.mobile),
          is_subscribe: 0,
          renamed: 0,
          active: 1,
        }
        rules.people.students.set(student_key, student)
        students.push(student)
      },
    )
    const viewers = students.map(({ student_no }) => ({ viewer_no: next('viewer_no'), student_no, parent_no: 0, relation: '', active: 1 }))
    const events = students.map((each) => ({ ChangeType: 'create_student' as const, Id: each.student_userid }))
    return { answer: failures, ...studentChange(corp_no, students, [], viewers, [], rules.people.left), events }
  })
