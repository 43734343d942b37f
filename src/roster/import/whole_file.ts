import { keyOf } from '../people.ts'
import type { ListedStudent } from './gather.ts'
import { type ListedParent, rowsPerTurn } from './gather_parents.ts'
import { inBatches } from './in_batches.ts'

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

export async function wholeFile(
  students: readonly ListedStudent[],
  flags: Pick<WholeFile, 'hasParents' | 'removeMissing'>,
): Promise<WholeFile> {
  const studentsByKey = new Map<string, ListedStudent>()
  const parentsByKey = new Map<string, ListedParent>()
  for await (const some of inBatches(students, rowsPerTurn))
    for (const student of some) {
      studentsByKey.set(keyOf(student.userid), student)
      for (const parent of student.relationByParent.keys()) parentsByKey.set(keyOf(parent.userid), parent)
    }
  return { studentsByKey, parentsByKey, ...flags }
}
