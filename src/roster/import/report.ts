import { keyOf } from '../people.ts'
import type { ParentRow } from '../store.ts'
import { classIds } from '../students.ts'
import type { Classes } from './classes.ts'
import type { Compared, Student } from './compare.ts'
import type { BadRow } from './reasons.ts'

/** One pupil who changes: the classes before and after, where those are others. */
export type Change = {
  readonly student_userid: string
  readonly name: string
  readonly does: 'created' | 'moved' | 'changed' | 'removed'
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

type Counts = { created: number; changed: number; removed: number; unchanged: number }
export type Report = {
  /** rows that were read, bad ones among them */
  rows: number
  written: boolean
  /** why nothing was written though it was meant to be */
  stopped?: 'bad_rows' | 'removals'
  departments: { created: readonly string[] }
  students: Counts & { moved: number }
  parents: Counts
  links: { created: number; changed: number; ended: number }
  /** with --remove-missing: how many leave, of how many */
  removals?: { students: number; of_students: number; parents: number; of_parents: number }
  /** pupils who change, the first 1,000 of them */
  changes: readonly Change[]
  bad_rows: readonly BadRow[]
  unread_columns: readonly string[]
}

/** A change a line is worth reading up to here; the counts are of all. */
const listed = 1000

/** Counts what is to change, or has: the same whether pupils come at once or in pieces that share parents. */
export function tally() {
  const departments = new Set<string>()
  const parents = { created: new Set<string>(), changed: new Set<string>(), removed: new Set<string>(), seen: new Set<string>() }
  const students = { created: 0, changed: 0, moved: 0, removed: 0, seen: 0 }
  const links = { created: 0, changed: 0, ended: 0 }
  const changes: Change[] = []
  const note = (change: Change) => changes.length < listed && changes.push(change)

  function student({ pupil, before, after, isChanged }: Student, classes: Classes): void {
    students.seen++
    if (!isChanged) return
    const was = before?.active === 1 ? before : undefined
    const isMoved = was !== undefined && was.partyids !== after.partyids
    if (was) students.changed++
    else students.created++
    if (isMoved) students.moved++
    const pathsOf = (row: typeof after) => classIds(row).map((id) => classes.pathOf(id))
    note({
      student_userid: after.student_userid,
      name: pupil.name,
      does: was ? (isMoved ? 'moved' : 'changed') : 'created',
      ...(isMoved && { from: pathsOf(was) }),
      ...((isMoved || !was) && { to: pathsOf(after) }),
    })
  }

  return {
    add({ students: some, parents: families, viewers, lost }: Compared, classes: Classes): void {
      for (const each of some) student(each, classes)
      for (const { before, after, isChanged } of families) {
        parents.seen.add(after.parent_key)
        if (isChanged) (before?.active === 1 ? parents.changed : parents.created).add(after.parent_key)
      }
      for (const { parent_no, isNew } of viewers) if (parent_no > 0) links[isNew ? 'created' : 'changed']++
      links.ended += lost.filter(({ parent_no }) => parent_no > 0).length
      for (const { party_id } of classes.made) departments.add(classes.pathOf(party_id))
    },
    unchanged(count: number): void {
      students.seen += count
    },
    left(gone: readonly { student_userid: string; name: string }[], childless: readonly ParentRow[], ended: number): void {
      students.removed += gone.length
      for (const { parent_userid } of childless) parents.removed.add(keyOf(parent_userid))
      links.ended += ended
      for (const { student_userid, name } of gone) note({ student_userid, name, does: 'removed' })
    },
    pupils: () => students.seen,
    parents: () => parents.seen.size,
    totals(allParents = parents.seen.size): Pick<Report, 'departments' | 'students' | 'parents' | 'links' | 'changes'> {
      const { created, changed, moved, removed, seen } = students
      const own = { created: parents.created.size, changed: parents.changed.size, removed: parents.removed.size }
      return {
        departments: { created: [...departments] },
        students: { created, changed, moved, removed, unchanged: seen - created - changed },
        parents: { ...own, unchanged: allParents - own.created - own.changed },
        links,
        changes,
      }
    },
  }
}
