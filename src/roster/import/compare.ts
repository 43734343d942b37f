import type { Db } from '../../store/db.ts'
import { keyOf, type NextNumber, type People } from '../people.ts'
import { isSameRow } from '../same_row.ts'
import type { ViewerRow } from '../store_households.ts'
import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import { faultsOf } from './check_student.ts'
import type { Classes } from './classes.ts'
import type { ListedStudent } from './gather.ts'
import { type Known, readKnown } from './known.ts'
import type { BadRow } from './reasons.ts'
import { parentAfter, studentAfter } from './rows_after.ts'
import type { WholeFile } from './whole_file.ts'

/** A student's row as it is on the roster, where it is, and as it is after the import. */
export type ComparedStudent = {
  readonly listed: ListedStudent
  readonly before: StudentRow | undefined
  readonly after: StudentRow
  readonly isChanged: boolean
}
type ComparedParent = { readonly before: ParentRow | undefined; readonly after: ParentRow; readonly isChanged: boolean }

/** A viewer to write. `isNew`: not active before the import; a viewer that was active earlier has its old number again. */
export type ComparedViewer = ViewerRow & { readonly isNew: boolean }

export type Compared = {
  readonly bad: readonly BadRow[]
  readonly students: readonly ComparedStudent[]
  readonly parents: readonly ComparedParent[]
  /** new and changed viewers, those of the students themselves among them */
  readonly viewers: readonly ComparedViewer[]
  /** viewers that end, with `active` 0 */
  readonly endedViewers: readonly ViewerRow[]
  /** see `peopleOf` */
  readonly left: People['left']
}

/** Compares some listed students with the roster. Returns what differs, and the faults of students who cannot be imported. Writes nothing. */
export async function compare(
  db: Db,
  corp_no: number,
  listed: readonly ListedStudent[],
  file: WholeFile,
  classes: Classes,
  next: NextNumber,
): Promise<Compared> {
  const known = await readKnown(db, corp_no, listed, file)
  const bad: BadRow[] = []
  const students: ComparedStudent[] = []
  const parentsByKey = new Map<string, ComparedParent>()
  const viewers: ComparedViewer[] = []
  const endedViewers: ViewerRow[] = []
  for (const student of listed) {
    const faults = faultsOf(student, known, file, classes)
    bad.push(...faults)
    if (faults.length) continue
    const partyids = partyidsOf(student, classes)
    const before = known.people.students.get(keyOf(student.userid))
    const after = studentAfter(student, before, partyids, next)
    students.push({ listed: student, before, after, isChanged: !isSameRow(before, after) })
    for (const parent of student.relationByParent.keys()) {
      const parent_key = keyOf(parent.userid)
      if (parentsByKey.has(parent_key)) continue
      const before = known.people.parents.get(parent_key)
      const after = parentAfter(parent, before, next)
      parentsByKey.set(parent_key, { before, after, isChanged: !isSameRow(before, after) })
    }
    const household = compareViewers(student, after.student_no, parentsByKey, known, next)
    viewers.push(...household.changed)
    if (file.removeMissing && file.hasParents) endedViewers.push(...household.missing)
  }
  return { bad, students, parents: [...parentsByKey.values()], viewers, endedViewers, left: known.people.left }
}

/** The ids of the student's classes, ascending. */
function partyidsOf(student: ListedStudent, classes: Classes): number[] {
  const ids = student.paths.flatMap((path) => {
    const found = classes.classOf(path)
    return 'party' in found ? [found.party.party_id] : []
  })
  return [...new Set(ids)].sort((a, b) => a - b)
}

/** The viewers of one household that are new or changed, and the active ones that the file does not list, with `active` 0. */
function compareViewers(
  student: ListedStudent,
  student_no: number,
  parentsByKey: ReadonlyMap<string, ComparedParent>,
  known: Known,
  next: NextNumber,
) {
  const viewerByParent = new Map((known.viewersByStudent.get(student_no) ?? []).map((viewer) => [viewer.parent_no, viewer]))
  const changed: ComparedViewer[] = []
  const listedParentNos = new Set<number>()
  const add = (parent_no: number, relation: string) => {
    listedParentNos.add(parent_no)
    const before = viewerByParent.get(parent_no)
    const relationAfter = relation || (before?.active ? before.relation : '')
    const after = { viewer_no: before?.viewer_no ?? 0, student_no, parent_no, relation: relationAfter, active: 1 }
    if (isSameRow(before, after)) return
    changed.push({ ...after, viewer_no: before?.viewer_no ?? next('viewer_no'), isNew: before?.active !== 1 })
  }
  add(0, '') // the student's own viewer
  for (const [parent, relation] of student.relationByParent)
    add((parentsByKey.get(keyOf(parent.userid)) as ComparedParent).after.parent_no, relation)
  const missing = [...viewerByParent.values()].filter((viewer) => viewer.active && !listedParentNos.has(viewer.parent_no))
  return { changed, missing: missing.map((viewer) => ({ ...viewer, active: 0 })) }
}
