import { type ViewerRow, viewersByKey } from '../roster/store_viewers.ts'
import type { Db } from '../store/db.ts'
import { type FoundViewer, parentsByUserid, type ShownViewerRow, shownViewers, studentsByUserid } from './store_people.ts'

/** A viewer as a candidate is shown to a person. `name` is the student's; `who` names the viewer in commands: `student` or `parent/student`. */
export type ShownViewer = {
  readonly who: string
  readonly viewer_no: number
  readonly name: string
  readonly relation?: string
  readonly classes: readonly string[]
}

/** Viewers by number, as they are shown. */
export async function showViewers(db: Db, corp_no: number, viewer_nos: readonly number[]): Promise<Map<number, ShownViewer>> {
  const rows = viewer_nos.length ? await db.all<ShownViewerRow>(shownViewers(corp_no, viewer_nos)) : []
  return new Map(
    [...Map.groupBy(rows, ({ viewer_no }) => viewer_no).values()].map((ofViewer) => {
      const { viewer_no, name, student_userid, parent_userid, relation } = ofViewer[0] as ShownViewerRow
      const who = parent_userid === null ? student_userid : `${parent_userid}/${student_userid}`
      const classes = ofViewer.flatMap(({ party }) => party ?? [])
      return [viewer_no, { who, viewer_no, name, ...(relation && { relation }), classes }]
    }),
  )
}

/**
 * The viewers whom names name: `student`, `parent/student`, or `parent` for the parent of each of the children. Throws an `Error` for a person where
 * nobody on the roster is called so.
 */
export async function viewersNamedBy(db: Db, corp_no: number, names: readonly string[]): Promise<number[]> {
  const found: number[] = []
  for (const name of names) {
    const viewers = await viewersCalled(db, corp_no, name)
    if (viewers.length === 0) throw new Error(`${JSON.stringify(name)}: expected the userid of a student or a parent, or parent/student`)
    found.push(...viewers)
  }
  return [...new Set(found)]
}

/** The viewers whom one such name names; none where nobody is called so. */
export async function viewersCalled(db: Db, corp_no: number, name: string): Promise<number[]> {
  const [first = '', second] = name.toLowerCase().split('/')
  if (second !== undefined) {
    const [row] = await db.all<ViewerRow>(viewersByKey(corp_no, [[name, { parent_userid: first, student_userid: second }]]))
    return row?.viewer_no == null ? [] : [row.viewer_no]
  }
  const range = { corp_no, living_no: 0 }
  const students = await db.all<FoundViewer>(studentsByUserid(range, [first]))
  const found = students.length ? students : await db.all<FoundViewer>(parentsByUserid(range, [first]))
  const active = found.filter((viewer) => viewer.active === 1)
  return (active.length ? active : found).map(({ viewer_no }) => viewer_no)
}
