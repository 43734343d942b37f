import { type Query, rows, sql } from '../store/sql.ts'
import type { StudentRow } from './store_students.ts'

/** The names that students had before: table `student_past_name`. */

/**
 * Keeps the old names of the students whose name changes. Of two changes in one second the name before the first one stays.
 *
 * @param changes each student before and after; `before` is undefined for a new student
 * @param until unix seconds: they were named so until then
 */
export function keepNames(
  corp_no: number,
  changes: readonly { before: StudentRow | undefined; after: StudentRow }[],
  until: number,
): Query[] {
  const old = changes.flatMap(({ before, after }) => (before && before.name !== after.name ? [[before.student_no, before.name]] : []))
  if (old.length === 0) return []
  return [
    sql`insert into student_past_name (corp_no, student_no, until, name)
      select cast(${corp_no} as bigint), student_no, cast(${until} as bigint), name
      from ${rows('r', { student_no: 'bigint', name: 'text' }, old)} where true
      on conflict (corp_no, student_no, until) do nothing`,
  ]
}

/** Deletes the names that were replaced before `before`, in unix seconds: the registers that show them have been deleted. */
export const dropPastNames = (before: number) => sql`delete from student_past_name where until < ${before}`
