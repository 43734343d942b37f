import type { ContactChange } from '../../events/tell.ts'
import type { Db } from '../../store/db.ts'
import { changeRoster } from '../change.ts'
import { keyOf, type NextNumber, nextNumbers, type People, peopleOf } from '../people.ts'
import { isSameRow } from '../same_row.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import { writePeople } from '../write_people.ts'
import { type HostStudent, parentRow, studentRow, viewerKey, viewerRows } from './rows.ts'
import { touchedBy } from './touched.ts'

/**
 * Writes those students of the host, with their parents, that differ from the rows here. `hostByKey` is keyed by userid in lower
 * case. Returns how many of these students have changed, or have a parent who has.
 */
export const putHouseholds = (db: Db, corp_no: number, hostByKey: ReadonlyMap<string, HostStudent>, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const host = [...hostByKey.values()]
    const people = await peopleOf(
      db,
      corp_no,
      host.flatMap((each) => [each.student_userid, ...each.parents.map((parent) => parent.parent_userid)]),
    )
    const next = await nextNumbers(db, corp_no)
    const students = host.map((each) => studentRow(each, people.students.get(keyOf(each.student_userid)), next))
    const parentsByKey = parentRows(host, people, next)
    const viewers = await changedViewers(
      db,
      corp_no,
      students,
      students.flatMap((student) => viewerRows(student, hostByKey.get(student.student_key) as HostStudent, parentsByKey)),
      next,
    )
    const changedStudents = students.filter((each) => !isSameRow(people.students.get(each.student_key), each))
    const changedParents = [...parentsByKey.values()].filter((each) => !isSameRow(people.parents.get(each.parent_key), each))
    // a parent's other children may be students of another step
    const viewersOfParents = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'parent_no',
        changedParents.map((each) => each.parent_no),
      ),
    )
    const touchedNos = [...new Set([...changedStudents, ...viewers, ...viewersOfParents].map((each) => each.student_no))]
    const nosOfStep = new Set(students.map((each) => each.student_no))
    return {
      answer: touchedNos.filter((no) => nosOfStep.has(no)).length,
      queries: writePeople(corp_no, changedStudents, changedParents, viewers, people.left),
      touched: await touchedBy(db, corp_no, touchedNos, changedStudents),
      events: eventsOf(people, changedStudents, changedParents),
    }
  })

/** The parents of these students, by userid in lower case. */
function parentRows(host: readonly HostStudent[], people: People, next: NextNumber): Map<string, ParentRow> {
  const parentsByKey = new Map<string, ParentRow>()
  for (const parent of host.flatMap((each) => each.parents)) {
    const key = keyOf(parent.parent_userid)
    parentsByKey.set(key, parentRow(parent, parentsByKey.get(key) ?? people.parents.get(key), next))
  }
  return parentsByKey
}

/** The viewer rows to write so that these students have exactly the `wanted` viewers: new and changed ones, and those that end. */
async function changedViewers(
  db: Db,
  corp_no: number,
  students: readonly StudentRow[],
  wanted: ReturnType<typeof viewerRows>,
  next: NextNumber,
): Promise<ViewerRow[]> {
  const student_nos = students.map((each) => each.student_no)
  const rows = await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))
  const knownByKey = new Map(rows.map((row) => [viewerKey(row), row]))
  const wantedByKey = new Map(wanted.map((row) => [viewerKey(row), row]))
  const viewers = [
    ...[...wantedByKey].map(([key, row]): ViewerRow => ({ viewer_no: knownByKey.get(key)?.viewer_no ?? next('viewer_no'), ...row })),
    ...[...knownByKey].filter(([key]) => !wantedByKey.has(key)).map(([, row]): ViewerRow => ({ ...row, active: 0 })),
  ]
  return viewers.filter((each) => !isSameRow(knownByKey.get(viewerKey(each)), each))
}

function eventsOf(before: People, students: readonly StudentRow[], parents: readonly ParentRow[]): ContactChange[] {
  return [
    ...students.map(
      ({ student_key, student_userid: Id }): ContactChange => ({
        ChangeType: before.students.has(student_key) ? 'update_student' : 'create_student',
        Id,
      }),
    ),
    ...parents.map(
      ({ parent_key, parent_userid: Id }): ContactChange => ({
        ChangeType: before.parents.has(parent_key) ? 'update_parent' : 'create_parent',
        Id,
      }),
    ),
  ]
}
