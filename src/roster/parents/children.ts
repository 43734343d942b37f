import type { ContactChange } from '../../events/tell.ts'
import type { Db } from '../../store/db.ts'
import { classIds } from '../people.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import type { ParentRow } from '../store_parents.ts'
import { type StudentRow, studentsByNumber } from '../store_students.ts'

/** Reads the children that these parents have or had, and the viewer rows between them. */
export async function childrenOf(db: Db, corp_no: number, parents: readonly ParentRow[]) {
  const found = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'parent_no',
      parents.map((each) => each.parent_no),
    ),
  )
  const rows = await db.all<StudentRow>(studentsByNumber(corp_no, [...new Set(found.map((viewer) => viewer.student_no))]))
  const childByNo = new Map(rows.map((row) => [row.student_no, row]))
  const viewersByParent = new Map(parents.map(({ parent_no }) => [parent_no, new Map<number, ViewerRow>()]))
  for (const viewer of found) viewersByParent.get(viewer.parent_no)?.set(viewer.student_no, viewer)
  return {
    childByNo,
    /** A parent's viewers by student number, those that have ended included. */
    viewersOf: (parent_no: number) => viewersByParent.get(parent_no) as Map<number, ViewerRow>,
    /** Events for those children of a parent whose viewer satisfies `isChanged`. */
    eventsOf: (parent_no: number, isChanged: (viewer: ViewerRow) => boolean) =>
      childEvents(
        [...(viewersByParent.get(parent_no)?.values() ?? [])]
          .filter(isChanged)
          .map((viewer) => childByNo.get(viewer.student_no) as StudentRow),
      ),
    /** Whose registers change with these viewers. */
    touchedBy(viewers: readonly ViewerRow[]) {
      const student_nos = [...new Set(viewers.map((viewer) => viewer.student_no))]
      const party_ids = [...new Set(student_nos.flatMap((student_no) => classIds(childByNo.get(student_no) as StudentRow)))]
      return { student_nos, party_ids, entries: true }
    },
  }
}

/** A student who gains or loses a parent, or whose parent changes, is reported as changed too (WeCom page 92032). */
export const childEvents = (children: readonly StudentRow[]): ContactChange[] =>
  children.map((child) => ({ ChangeType: 'update_student', Id: child.student_userid }))
