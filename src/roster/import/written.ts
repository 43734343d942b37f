import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import type { Classes } from './classes.ts'
import type { Compared } from './compare.ts'

/** What one batch has changed. `leavers` and `childless`: rows of students and parents who left, as they were before. */
export type Written = {
  readonly compared: Compared
  readonly classes: Classes
  readonly leavers: readonly StudentRow[]
  readonly childless: readonly ParentRow[]
  readonly endedLinks: number
}
