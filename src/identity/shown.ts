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
 * The viewers whom a person names: `student`, `parent/student`, or `parent` for the parent of each of the children. Throws an `Error` for a person
 * where nobody on the roster is called so.
 */
export async function viewersNamedBy(db: Db, corp_no: number, names: readonly string[]): Promise<number[]> {
  const range = { corp_no, living_no: 0 }
  const found: number[] = []
  for (const name of names) {
    const [first = '', second] = name.toLowerCase().split('/')
    const rows =
      second === undefined
        ? await alone(db, range, first)
        : (await db.all<ViewerRow>(viewersByKey(corp_no, [[name, { parent_userid: first, student_userid: second }]]))).flatMap(
            ({ viewer_no }) => (viewer_no === null ? [] : [viewer_no]),
          )
    if (rows.length === 0) throw new Error(`${JSON.stringify(name)}: expected the userid of a student or a parent, or parent/student`)
    found.push(...rows)
  }
  return [...new Set(found)]
}

async function alone(db: Db, range: { corp_no: number; living_no: number }, key: string): Promise<number[]> {
  const students = await db.all<FoundViewer>(studentsByUserid(range, [key]))
  const found = students.length ? students : await db.all<FoundViewer>(parentsByUserid(range, [key]))
  const active = found.filter((viewer) => viewer.active === 1)
  return (active.length ? active : found).map(({ viewer_no }) => viewer_no)
}
