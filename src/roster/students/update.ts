import { updated } from '../../events/tell.ts'
import { renameLines } from '../../register/lines.ts'
import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { checkRename, eachAlone, type Failure, keyOf, type People } from '../people.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import { keepNames } from '../store_past_names.ts'
import type { StudentRow } from '../store_students.ts'
import { studentChange, studentIn, studentRules } from './rules.ts'

type ChangedStudent = Input<Table['updateStudent']>

/**
 * Changes those students who can be changed. Returns the others, each with the error. A userid can be changed once; register lines
 * of past livings then show the new userid. WeCom page 92327.
 */
export const updateStudents = (db: Db, corp_no: number, asked: readonly ChangedStudent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const userids = asked.flatMap((each) => [each.student_userid, ...(each.new_student_userid ? [each.new_student_userid] : [])])
    const rules = await studentRules(
      db,
      corp_no,
      userids,
      asked.flatMap((each) => each.mobile ?? []),
    )
    const before: StudentRow[] = []
    const after: StudentRow[] = []
    const failures = eachAlone(
      asked,
      (each) => each.student_userid,
      (each) => {
        const old = studentIn(rules.people, each.student_userid)
        const student = {
          ...old,
          ...(each.name !== undefined && { name: each.name }),
          ...(each.department !== undefined && { partyids: rules.checkedPartyids(each.department) }),
          ...(each.new_student_userid !== undefined && renamed(rules.people, old, each.new_student_userid)),
          ...(each.mobile !== undefined && rules.checkedMobile(old.student_key, each.mobile, old.mobile)),
        }
        rules.people.students.delete(old.student_key)
        rules.people.students.set(student.student_key, student)
        before.push(old)
        after.push(student)
      },
    )
    const renames = await renamesOf(db, corp_no, before, after)
    const events = after.map((student, index) => updated('update_student', before[index]?.student_userid, student.student_userid))
    const pastNames = keepNames(
      corp_no,
      after.map((student, index) => ({ before: before[index], after: student })),
      now,
    )
    return { answer: failures, ...studentChange(corp_no, after, before, [], [...pastNames, ...renames]), events }
  })

/** The columns that change with the userid; none where the userid stays. Throws a `WireError` where it must not be changed. */
function renamed(people: People, old: StudentRow, userid: string) {
  if (userid === old.student_userid) return {}
  checkRename(people, 'new_student_userid', old.student_userid, old.renamed, userid)
  return { student_userid: userid, student_key: keyOf(userid), renamed: 1 }
}

/** Statements that write the new userids of students into their register lines. `before[i]` and `after[i]` are one student. */
async function renamesOf(db: Db, corp_no: number, before: readonly StudentRow[], after: readonly StudentRow[]) {
  const viewers = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'student_no',
      after.map((each) => each.student_no),
    ),
  )
  return after.flatMap((student, index) => {
    const old = before[index] as StudentRow
    if (student.student_userid === old.student_userid) return []
    const viewer_nos = viewers.filter((viewer) => viewer.student_no === student.student_no).map((viewer) => viewer.viewer_no)
    return renameLines(corp_no, viewer_nos, 'student_userid', old.student_userid, student.student_userid)
  })
}
