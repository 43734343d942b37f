import type { Query } from '../store/sql.ts'
import { classIds } from './people.ts'
import { putViewers, type ViewerRow } from './store_households.ts'
import { type ParentRow, putParents } from './store_parents.ts'
import { putMembers, putStudents, type StudentRow } from './store_students.ts'

/**
 * Statements that upsert these students with their class memberships, these parents and these viewers. No statement is made for an
 * empty list.
 */
export const writePeople = (
  corp_no: number,
  students: readonly StudentRow[],
  parents: readonly ParentRow[],
  viewers: readonly ViewerRow[],
): Query[] => [
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
