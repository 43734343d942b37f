import type { Db } from '../../store/db.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import { headCount, stillParents, studentsAfter } from '../store_import.ts'
import { type ParentRow, parentsByNumber } from '../store_parents.ts'
import { type StudentRow, studentsByNumber } from '../store_students.ts'
import { inBatches, nextEventLoopRound } from './in_batches.ts'
import type { WholeFile } from './whole_file.ts'

/** Who leaves the roster because the file does not list them. */
export type Leaver = Pick<StudentRow, 'student_no' | 'student_userid' | 'name'>

/** People read or looked up in one query. */
const peoplePerQuery = 1000

/** The active students whom the file does not list. */
export async function missingStudents(db: Db, corp_no: number, file: WholeFile): Promise<Leaver[]> {
  const missing: Leaver[] = []
  for (let lastNo = 0; ; ) {
    const some = await db.all<StudentRow>(studentsAfter(corp_no, lastNo, peoplePerQuery))
    for (const each of some) if (!file.studentsByKey.has(each.student_key)) missing.push(each)
    const last = some.at(-1)
    if (!last || some.length < peoplePerQuery) return missing
    lastNo = last.student_no
    await nextEventLoopRound()
  }
}

/** The rows of those of these students who are active, as they are, and their active viewers, with `active` 0. */
export async function leaversWithViewers(db: Db, corp_no: number, student_nos: readonly number[]) {
  const students = (await db.all<StudentRow>(studentsByNumber(corp_no, student_nos))).filter((each) => each.active === 1)
  const viewers = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'student_no',
      students.map((each) => each.student_no),
    ),
  )
  return { students, endedViewers: viewers.filter((viewer) => viewer.active === 1).map((viewer) => ({ ...viewer, active: 0 })) }
}

/** The active parents who lose their last child when these viewers end, unless the file lists them. */
export async function childlessParents(db: Db, corp_no: number, endedViewers: readonly ViewerRow[], file: WholeFile): Promise<ParentRow[]> {
  const viewersByParent = Map.groupBy(
    endedViewers.filter((viewer) => viewer.parent_no > 0),
    (viewer) => viewer.parent_no,
  )
  const childless: ParentRow[] = []
  for await (const parent_nos of inBatches([...viewersByParent.keys()], peoplePerQuery)) {
    const viewer_nos = parent_nos.flatMap((no) => viewersByParent.get(no) ?? []).map((viewer) => viewer.viewer_no)
    const rows = await db.all<{ parent_no: number }>(stillParents(corp_no, parent_nos, viewer_nos))
    const withChild = new Set(rows.map((row) => row.parent_no))
    const parents = await db.all<ParentRow>(
      parentsByNumber(
        corp_no,
        parent_nos.filter((no) => !withChild.has(no)),
      ),
    )
    childless.push(...parents.filter((row) => row.active === 1 && !file.parentsByKey.has(row.parent_key)))
  }
  return childless
}

export type HeadCount = { students: number; parents: number }

/** How many active students and parents the roster has. */
export const headCountOf = async (db: Db, corp_no: number): Promise<HeadCount> =>
  (await db.all<HeadCount>(headCount(corp_no)))[0] ?? { students: 0, parents: 0 }
