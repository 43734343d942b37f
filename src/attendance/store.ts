import { standingLetter } from '../register/standing.ts'
import { numbers, sql } from '../store/sql.ts'

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
