import { among, numbers, rows, sql } from '../store/sql.ts'

/** What an import reads of the people, beside what store.ts has. */
const texts = (list: readonly string[]) =>
  rows(
    'k',
    { key: 'text' },
    list.map((each) => [each]),
  )

export const childrenOf = (corp_no: number, parent_keys: readonly string[]) => sql`
  select p.parent_key, s.name, s.student_userid from ${texts(parent_keys)}
  cross join parent p
  join viewer v on v.corp_no = p.corp_no and v.parent_no = p.parent_no and v.active = 1
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no and s.active = 1
  where p.corp_no = ${corp_no} and p.parent_key = k.key and p.active = 1
  order by p.parent_no, s.student_no`

/** Everybody active on the roster, a piece at a time. */
export const studentsAfter = (corp_no: number, student_no: number, limit: number) => sql`
  select student_no, student_userid, student_key, name, partyids from student
  where corp_no = ${corp_no} and active = 1 and student_no > ${student_no}
  order by student_no limit ${limit}`

export const headCount = (corp_no: number) => sql`
  select
    (select count(*) from student where corp_no = ${corp_no} and active = 1) as students,
    (select count(*) from parent where corp_no = ${corp_no} and active = 1) as parents`

/** Of these parents those who have a child beside the links named. */
export const stillParents = (corp_no: number, parent_nos: readonly number[], but: readonly number[]) => sql`
  select distinct v.parent_no from ${numbers('k', 'no', parent_nos)}
  cross join viewer v
  where v.corp_no = ${corp_no} and v.parent_no = k.no and v.active = 1
    and not ${among('v.viewer_no', but)}`

export const parentsByNumber = (corp_no: number, parent_nos: readonly number[]) => sql`
  select p.parent_no, p.parent_userid, p.parent_key, p.mobile, p.is_subscribe, p.renamed, p.active
  from ${numbers('k', 'no', parent_nos)}
  cross join parent p where p.corp_no = ${corp_no} and p.parent_no = k.no
  order by p.parent_no`
