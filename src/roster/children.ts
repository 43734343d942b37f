import type { Db } from '../store/db.ts'
import { type ViewerRow, viewersOf } from './store_households.ts'
import type { ParentRow } from './store_parents.ts'
import { type StudentRow, studentsByNumber } from './store_students.ts'

/** All students who have, or had, one of these parents. Their register lines show whether the parent is subscribed. */
export async function childrenOfParents(db: Db, corp_no: number, parents: readonly ParentRow[]): Promise<StudentRow[]> {
  if (parents.length === 0) return []
  const viewers = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'parent_no',
      parents.map((each) => each.parent_no),
    ),
  )
  return db.all<StudentRow>(studentsByNumber(corp_no, [...new Set(viewers.map((viewer) => viewer.student_no))]))
}
