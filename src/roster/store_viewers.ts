import { rows, sql } from '../store/sql.ts'

/** A person as the wire names one: a student, or a parent on behalf of one child. */
export type Person = { student_userid: string; parent_userid?: string | undefined }

/** `viewer_no` and `active` are null where nobody on the roster has these userids. */
export type ViewerRow = { key: string; viewer_no: number | null; active: number | null }

/**
 * The viewers behind userids, each with the key it was asked by. Written with scalar sub-queries, because on tables that were just filled
 * and have no statistics PostgreSQL plans joins that read whole tables (`hasWatched` in register/ticks.ts).
 */
export const viewersByKey = (corp_no: number, asked: readonly (readonly [key: string, person: Person])[]) => {
  const ofViewer = sql`from viewer v where v.corp_no = ${corp_no} and v.student_no = n.student_no and v.parent_no = n.parent_no`
  return sql`
  select n.key, (select v.viewer_no ${ofViewer}) as viewer_no, (select v.active ${ofViewer}) as active
  from (
    select r.key,
      (select s.student_no from student s where s.corp_no = ${corp_no} and s.student_key = r.student_key) as student_no,
      case when r.parent_key = '' then 0
        else (select p.parent_no from parent p where p.corp_no = ${corp_no} and p.parent_key = r.parent_key) end as parent_no
    from ${rows(
      'r',
      { key: 'text', student_key: 'text', parent_key: 'text' },
      asked.map(([key, { student_userid, parent_userid }]) => [key, student_userid.toLowerCase(), parent_userid?.toLowerCase() ?? '']),
    )}
  ) as n`
}

/** The corp's roster version alone: the cheapest question whether cached viewers are still valid. */
export const rosterVersionAlone = (corp_no: number) => sql`select roster_version from corp where corp_no = ${corp_no}`
