import { setImmediate as turn } from 'node:timers/promises'
import type { Db } from '../../store/db.ts'
import { type ParentRow, type StudentRow, studentsByNumber, type ViewerRow, viewersOf } from '../store.ts'
import { headCount, parentsByNumber, stillParents, studentsAfter } from '../store_import.ts'
import type { Everybody } from './compare.ts'

export type Leaver = Pick<StudentRow, 'student_no' | 'student_userid' | 'name'>
const atOnce = 1000

/** Active pupils whom the file does not name. */
export async function missing(db: Db, corp_no: number, file: Everybody): Promise<Leaver[]> {
  const found: Leaver[] = []
  for (let after = 0; ; ) {
    const some = await db.all<StudentRow>(studentsAfter(corp_no, after, atOnce))
    for (const each of some) if (!file.pupils.has(each.student_key)) found.push(each)
    const last = some.at(-1)
    if (!last || some.length < atOnce) return found
    after = last.student_no
    await turn()
  }
}

/** What these pupils leave behind: their rows as they are, and the links that end with them. */
export async function leave(db: Db, corp_no: number, student_nos: readonly number[]) {
  const students = (await db.all<StudentRow>(studentsByNumber(corp_no, student_nos))).filter((each) => each.active === 1)
  const viewers = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'student_no',
      students.map((each) => each.student_no),
    ),
  )
  return { students, ended: viewers.filter((viewer) => viewer.active === 1).map((viewer) => ({ ...viewer, active: 0 })) }
}

/** Parents whose last child goes with these links, and whom the file does not give another. */
export async function childless(db: Db, corp_no: number, ended: readonly ViewerRow[], file: Everybody): Promise<ParentRow[]> {
  const byParent = Map.groupBy(
    ended.filter((viewer) => viewer.parent_no > 0),
    (viewer) => viewer.parent_no,
  )
  const found: ParentRow[] = []
  const nos = [...byParent.keys()]
  for (let at = 0; at < nos.length; at += atOnce) {
    const some = nos.slice(at, at + atOnce)
    const links = some.flatMap((no) => byParent.get(no) ?? []).map((viewer) => viewer.viewer_no)
    const still = new Set((await db.all<{ parent_no: number }>(stillParents(corp_no, some, links))).map((row) => row.parent_no))
    const rows = await db.all<ParentRow>(
      parentsByNumber(
        corp_no,
        some.filter((no) => !still.has(no)),
      ),
    )
    found.push(...rows.filter((row) => row.active === 1 && !file.parents.has(row.parent_key)))
    await turn()
  }
  return found
}

export type Heads = { students: number; parents: number }
export const heads = async (db: Db, corp_no: number): Promise<Heads> =>
  (await db.all<Heads>(headCount(corp_no)))[0] ?? { students: 0, parents: 0 }
