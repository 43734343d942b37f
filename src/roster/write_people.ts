import type { Query } from '../store/sql.ts'
import { classIds, type People } from './people.ts'
import { putViewers, type ViewerRow } from './store_households.ts'
import { retireKeys } from './store_keys.ts'
import { type ParentRow, putParents } from './store_parents.ts'
import { putMembers, putStudents, type StudentRow } from './store_students.ts'

/**
 * Statements that upsert these students with their class memberships, these parents and these viewers. No statement is made for an
 * empty list. `left`: of `peopleOf`, where people are written who are not on the roster yet.
 */
export const writePeople = (
  corp_no: number,
  students: readonly StudentRow[],
  parents: readonly ParentRow[],
  viewers: readonly ViewerRow[],
  left?: People['left'],
): Query[] => [
  ...retireUserids(corp_no, students, parents, left),
  ...(students.length
    ? [
        putStudents(corp_no, students),
        ...putMembers(
          corp_no,
          students.map((each) => each.student_no),
          students.flatMap((each) => classIds(each).map((party_id) => [party_id, each.student_no] as const)),
        ),
      ]
    : []),
  ...(parents.length ? [putParents(corp_no, parents)] : []),
  ...(viewers.length ? [putViewers(corp_no, viewers)] : []),
]

/**
 * Statements that free the userids of deleted people for the active ones of `students` and `parents`; they must stand before the
 * upserts. Without them, who was deleted keeps the userid, because presence that is reported late must find that person.
 */
export function retireUserids(
  corp_no: number,
  students: readonly StudentRow[],
  parents: readonly ParentRow[],
  left: People['left'] | undefined,
): Query[] {
  const studentKeys = students.filter((each) => each.active === 1 && left?.students.has(each.student_key)).map((each) => each.student_key)
  const parentKeys = parents.filter((each) => each.active === 1 && left?.parents.has(each.parent_key)).map((each) => each.parent_key)
  return [
    ...(studentKeys.length ? [retireKeys(corp_no, 'student', studentKeys)] : []),
    ...(parentKeys.length ? [retireKeys(corp_no, 'parent', parentKeys)] : []),
  ]
}
