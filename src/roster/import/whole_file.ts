import { keyOf } from '../people.ts'
import type { ListedStudent } from './gather.ts'
import type { ListedParent } from './gather_parents.ts'

/**
 * Everybody the file lists, by userid in lower case. The batches of an import consult it: a mobile or a parent that the roster has
 * with one person may be given to another person further down in the file.
 */
export type WholeFile = {
  readonly studentsByKey: ReadonlyMap<string, ListedStudent>
  readonly parentsByKey: ReadonlyMap<string, ListedParent>
  /** whether the file has columns for parents */
  readonly hasParents: boolean
  /** whether students and parents whom the file does not list leave the roster */
  readonly removeMissing: boolean
}

export const wholeFile = (students: readonly ListedStudent[], flags: Pick<WholeFile, 'hasParents' | 'removeMissing'>): WholeFile => ({
  studentsByKey: new Map(students.map((student) => [keyOf(student.userid), student])),
  parentsByKey: new Map(
    students.flatMap((student) => [...student.relationByParent.keys()].map((parent) => [keyOf(parent.userid), parent] as const)),
  ),
  ...flags,
})
