import type { Db } from '../../store/db.ts'
import { changeRoster } from '../change.ts'
import { keyOf, type NextNumber, nextNumbers, type People, peopleOf } from '../people.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import { writePeople } from '../write_people.ts'
import { type NewViewer, parentRow, studentRow, viewerKey } from './rows.ts'

/** A person whom a list of the host names: a student, or a parent on behalf of the student. */
export type Listed = { student_userid: string; parent_userid?: string | undefined }

/**
 * Adds people whom a list of the host names although its contacts do not show them, for example because they have left. They are
 * added as inactive rows, so that the mirrored list is complete. Returns how many viewers were added. `now` is in Unix seconds.
 */
export const keepListed = (db: Db, corp_no: number, listed: readonly Listed[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const people = await peopleOf(
      db,
      corp_no,
      listed.flatMap(({ student_userid, parent_userid }) => [student_userid, ...(parent_userid === undefined ? [] : [parent_userid])]),
    )
    const next = await nextNumbers(db, corp_no)
    const known = {
      students: new Map([...people.left.students, ...people.students]),
      parents: new Map([...people.left.parents, ...people.parents]),
    }
    const { students, parents } = unknownPeople(listed, known, next)
    const wantedByKey = new Map<string, NewViewer>()
    for (const { student_userid, parent_userid } of listed) {
      const { student_no } = (known.students.get(keyOf(student_userid)) ?? students.get(keyOf(student_userid))) as StudentRow
      const own = { student_no, parent_no: 0, relation: '', active: 0 }
      wantedByKey.set(viewerKey(own), own)
      if (parent_userid === undefined) continue
      const { parent_no } = (known.parents.get(keyOf(parent_userid)) ?? parents.get(keyOf(parent_userid))) as ParentRow
      wantedByKey.set(viewerKey({ student_no, parent_no }), { ...own, parent_no })
    }
    const student_nos = [...new Set([...wantedByKey.values()].map((row) => row.student_no))]
    const knownKeys = new Set((await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))).map(viewerKey))
    const viewers = [...wantedByKey].filter(([key]) => !knownKeys.has(key)).map(([, row]) => ({ viewer_no: next('viewer_no'), ...row }))
    return { answer: viewers.length, queries: writePeople(corp_no, [...students.values()], [...parents.values()], viewers) }
  })

/** Inactive rows, by userid in lower case, for the listed people who are not `known`. */
function unknownPeople(listed: readonly Listed[], known: Pick<People, 'students' | 'parents'>, next: NextNumber) {
  const students = new Map<string, StudentRow>()
  const parents = new Map<string, ParentRow>()
  for (const { student_userid, parent_userid } of listed) {
    const key = keyOf(student_userid)
    if (!known.students.has(key) && !students.has(key)) {
      const host = { student_userid, name: '', department: [], parents: [] }
      students.set(key, { ...studentRow(host, undefined, next), active: 0 })
    }
    if (parent_userid === undefined) continue
    const parentKey = keyOf(parent_userid)
    if (!known.parents.has(parentKey) && !parents.has(parentKey)) {
      const host = { parent_userid, relation: '', is_subscribe: 1 }
      parents.set(parentKey, { ...parentRow(host, undefined, next), active: 0 })
    }
  }
  return { students, parents }
}
