import { among, numbers, sql } from '../store/sql.ts'
import { keyRows } from './store_keys.ts'

/** Reads that only the import of a roster file needs. */

/** Name and userid of the active children of these active parents, who are given by userid in lower case. */
export const childrenOf = (corp_no: number, parent_keys: readonly string[]) => sql`
  select p.parent_key, s.name, s.student_userid from ${keyRows(parent_keys)}
  cross join parent p
  join viewer v on v.corp_no = p.corp_no and v.parent_no = p.parent_no and v.active = 1
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no and s.active = 1
  where p.corp_no = ${corp_no} and p.parent_key = k.key and p.active = 1
  order by p.parent_no, s.student_no`

/** The next `limit` active students after number `student_no`: the whole roster, read in batches. */
export const studentsAfter = (corp_no: number, student_no: number, limit: number) => sql`
  select student_no, student_userid, student_key, name, partyids from student
  where corp_no = ${corp_no} and active = 1 and student_no > ${student_no}
  order by student_no limit ${limit}`

/** How many active students and active parents the roster has. */
export const headCount = (corp_no: number) => sql`
  select
    (select count(*) from student where corp_no = ${corp_no} and active = 1) as students,
    (select count(*) from parent where corp_no = ${corp_no} and active = 1) as parents`

/** Those of these parents who have an active child through another viewer than the given ones. */
export const stillParents = (corp_no: number, parent_nos: readonly number[], exceptViewerNos: readonly number[]) => sql`
  select distinct v.parent_no from ${numbers('k', 'no', parent_nos)}
  cross join viewer v
  where v.corp_no = ${corp_no} and v.parent_no = k.no and v.active = 1
    and not ${among('v.viewer_no', exceptViewerNos)}`
