import { type Query, sql } from '../store/sql.ts'

/**
 * What lines were before they changed: table `attendance_past`. A row says how a line was until a moment, `until`. From these rows a
 * register is frozen as of its end, and the report tells how it stood at an earlier moment.
 */

/**
 * Copies lines to the past before a batch changes them. Of two changes in one second the state before the first one stays.
 *
 * @param which a condition on columns that `attendance` and `attendance_past` share
 * @param until unix seconds: the line was so until then
 */
export const keepPast = (which: Query, until: number) => sql`
  insert into attendance_past (corp_no, living_no, viewer_no, until, in_range, is_subscribe, excused, entry)
  select corp_no, living_no, viewer_no, cast(${until} as bigint), in_range, is_subscribe, excused, entry from attendance where ${which}
  on conflict (corp_no, living_no, viewer_no, until) do nothing`

/**
 * Deletes the copies that equal the current line: the change was a no-op. To be put behind the change, with the same condition and time.
 *
 * The current line is looked up by a scalar subquery, once per copy. PostgreSQL turns `exists` into a join, and before its first ANALYZE it
 * plans that join as a nested loop over all lines of the corp: 6 s for 250 of 1,500 lines.
 */
export const dropUnchanged = (which: Query, until: number) => sql`
  delete from attendance_past where ${which} and until = ${until} and 1 = (
    select 1 from attendance a
    where a.corp_no = attendance_past.corp_no and a.living_no = attendance_past.living_no and a.viewer_no = attendance_past.viewer_no
      and a.in_range = attendance_past.in_range and a.is_subscribe = attendance_past.is_subscribe
      and coalesce(a.excused, '') = coalesce(attendance_past.excused, '') and a.entry = coalesce(attendance_past.entry, a.entry)
  )`
