import { dropUnchanged, keepPast } from '../register/past.ts'
import { standingLetter } from '../register/standing.ts'
import { bumpLines } from '../register/versions.ts'
import { among, numbers, type Query, sql } from '../store/sql.ts'

type Register = { corp_no: number; living_no: number }

/** Of these viewers, those who have a line. */
export const viewersWithLine = ({ corp_no, living_no }: Register, viewer_nos: readonly number[]) => sql`
  select a.viewer_no from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no`

/** Excuses viewers, or takes their excuse back where `excuse` is null. `now` in unix seconds. */
export function setExcuse(
  { corp_no, living_no }: Register,
  viewer_nos: readonly number[],
  excuse: { reason: string; by: string } | null,
  now: number,
): Query[] {
  const which = sql`corp_no = ${corp_no} and living_no = ${living_no}
      and ${among('viewer_no', viewer_nos)}`
  return [
    keepPast(which, now),
    excuse
      ? sql`update attendance set excused = ${excuse.reason}, excused_by = ${excuse.by}, excused_at = ${now} where ${which}`
      : sql`update attendance set excused = null, excused_by = null, excused_at = null where ${which}`,
    dropUnchanged(which, now),
    ...bumpLines(corp_no, living_no, viewer_nos),
  ]
}

/** `letter`: of the student's own line, null where there is none; `parent_watched`: 1 where a parent's line is ticked. */
export type HistoryRow = { living_no: number; student_no: number; letter: string | null; parent_watched: number }

/** Students across livings: a row for each student and living where the household has a line. */
export const standingsAcross = (corp_no: number, living_nos: readonly number[], student_nos: readonly number[]) => sql`
    select a.living_no, v.student_no,
      max(case when v.parent_no = 0 then ${standingLetter('a')} end) as letter,
      max(case when v.parent_no > 0 and a.watched = 1 then 1 else 0 end) as parent_watched
    from ${numbers('l', 'living_no', living_nos)}
    cross join ${numbers('s', 'student_no', student_nos)}
    cross join viewer v
    cross join attendance a
    where v.corp_no = ${corp_no} and v.student_no = s.student_no
      and a.corp_no = ${corp_no} and a.living_no = l.living_no and a.viewer_no = v.viewer_no
    group by a.living_no, v.student_no`
