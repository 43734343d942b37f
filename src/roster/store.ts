import { forShare, sql } from '../store/sql.ts'

/**
 * The roster version of a corp, and the highest numbers given out. The roster's tables are read and written in the files beside
 * this one: store_students.ts, store_parents.ts, store_households.ts, store_parties.ts and so on.
 */

/**
 * Increments the roster version if it is still `version`, else touches no row. Wrapped in `must`, this is the optimistic lock of
 * `changeRoster`: a batch decided on an older roster is undone. The row stays locked until the batch is written.
 */
export const moveRoster = (corp_no: number, version: number) => sql`
  update corp set roster_version = ${version + 1} where corp_no = ${corp_no} and roster_version = ${version}`

/** Blocks roster changes until the batch that contains this statement is written: for rows derived from the roster outside `changeRoster`. */
export const holdRoster = (corp_no: number) => sql`select roster_version from corp where corp_no = ${corp_no} ${forShare}`

/** The same, and finds a row only while the roster is at this version: to be guarded by `must`. */
export const lockRosterVersion = (corp_no: number, version: number) => sql`
  select roster_version from corp where corp_no = ${corp_no} and roster_version = ${version} ${forShare}`

/** The roster version, and the number of apps with a callback: where that is 0, no event rows are written. */
export const rosterVersion = (corp_no: number) => sql`
  select roster_version, (select count(*) from callback k where k.corp_no = ${corp_no}) as callbacks from corp where corp_no = ${corp_no}`

/** The highest student, parent and viewer number given out. True only until the next roster change, so read it inside `changeRoster`. */
export const highest = (corp_no: number) => sql`
  select
    (select coalesce(max(student_no), 0) from student where corp_no = ${corp_no}) as student_no,
    (select coalesce(max(parent_no), 0) from parent where corp_no = ${corp_no}) as parent_no,
    (select coalesce(max(viewer_no), 0) from viewer where corp_no = ${corp_no}) as viewer_no`
