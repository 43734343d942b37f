import { classIds, keyOf } from '../people.ts'
import type { ParentRow } from '../store_parents.ts'
import type { Classes } from './classes.ts'
import type { Compared, ComparedStudent } from './compare.ts'
import type { BadRow } from './reasons.ts'

/** A student who changes. `from` and `to`: the classes before and after, as paths, where they differ. */
export type Change = {
  readonly student_userid: string
  readonly name: string
  readonly does: 'created' | 'moved' | 'changed' | 'removed'
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

type Counts = { created: number; changed: number; removed: number; unchanged: number }

/** What an import has changed, or would change. The command prints it as JSON. */
export type Report = {
  /** rows read, bad rows among them */
  rows: number
  written: boolean
  /** why nothing was written although it was no dry run */
  stopped?: 'bad_rows' | 'removals'
  departments: { created: readonly string[] }
  students: Counts & { moved: number }
  parents: Counts
  /** relations between a parent and a child */
  links: { created: number; changed: number; ended: number }
  /** with --remove-missing: how many leave, and how many there are */
  removals?: { students: number; of_students: number; parents: number; of_parents: number }
  /** the first 1,000 students who change */
  changes: readonly Change[]
  bad_rows: readonly BadRow[]
  unread_columns: readonly string[]
}
export type Totals = Pick<Report, 'departments' | 'students' | 'parents' | 'links' | 'changes'>

/** The most changes listed one by one. The counts include all changes. */
const maxListedChanges = 1000

/**
 * Counts the changes of an import, batch by batch. A parent who occurs in several batches is counted once, so the totals do not
 * depend on the size of the batches.
 */
export function tally() {
  const departments = new Map<number, string>() // paths by party_id
  const parentKeys = { created: new Set<string>(), changed: new Set<string>(), removed: new Set<string>(), seen: new Set<string>() }
  const students = { created: 0, changed: 0, moved: 0, removed: 0, seen: 0 }
  const links = { created: 0, changed: 0, ended: 0 }
  const changes: Change[] = []
  const list = (change: Change) => changes.length < maxListedChanges && changes.push(change)

  function addStudent(student: ComparedStudent, classes: Classes): void {
    students.seen++
    if (!student.isChanged) return
    const change = changeOf(student, classes)
    students[change.does === 'created' ? 'created' : 'changed']++
    if (change.does === 'moved') students.moved++
    list(change)
  }

  return {
    /** Adds what a batch of the file changes. */
    addCompared(compared: Compared, classes: Classes): void {
      for (const each of compared.students) addStudent(each, classes)
      for (const { before, after, isChanged } of compared.parents) {
        parentKeys.seen.add(after.parent_key)
        if (isChanged) (before ? parentKeys.changed : parentKeys.created).add(after.parent_key)
      }
      for (const { parent_no, isNew } of compared.viewers) if (parent_no > 0) links[isNew ? 'created' : 'changed']++
      links.ended += compared.endedViewers.filter(({ parent_no }) => parent_no > 0).length
      for (const { party_id } of classes.made) if (!departments.has(party_id)) departments.set(party_id, classes.pathOf(party_id))
    },
    /** Adds students of whom nothing has to be written. */
    addUnchanged(count: number): void {
      students.seen += count
    },
    /** Adds students and parents who leave. `endedLinks`: relations that end because their student leaves. */
    addRemoved(leavers: readonly { student_userid: string; name: string }[], childless: readonly ParentRow[], endedLinks: number): void {
      students.removed += leavers.length
      for (const { parent_userid } of childless) parentKeys.removed.add(keyOf(parent_userid))
      links.ended += endedLinks
      for (const { student_userid, name } of leavers) list({ student_userid, name, does: 'removed' })
    },
    studentCount: () => students.seen,
    parentCount: () => parentKeys.seen.size,
    /** The totals. `allParents`: how many parents the file lists, where not all of them were added here. */
    totals(allParents = parentKeys.seen.size): Totals {
      const { created, changed, moved, removed, seen } = students
      const parents = { created: parentKeys.created.size, changed: parentKeys.changed.size, removed: parentKeys.removed.size }
      return {
        departments: { created: [...departments.values()] },
        students: { created, changed, moved, removed, unchanged: seen - created - changed },
        parents: { ...parents, unchanged: allParents - parents.created - parents.changed },
        links,
        changes,
      }
    },
  }
}
export type Tally = ReturnType<typeof tally>

function changeOf({ listed, before, after }: ComparedStudent, classes: Classes): Change {
  const isMoved = before !== undefined && before.partyids !== after.partyids
  const pathsOf = (row: typeof after) => classIds(row).map((id) => classes.pathOf(id))
  return {
    student_userid: after.student_userid,
    name: listed.name,
    does: before ? (isMoved ? 'moved' : 'changed') : 'created',
    ...(isMoved && { from: pathsOf(before) }),
    ...((isMoved || !before) && { to: pathsOf(after) }),
  }
}
