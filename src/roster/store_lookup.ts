import { numbers, sql } from '../store/sql.ts'

/** Reads of the roster for the console's pages, which no call of the wire answers. */

/** The columns of a student that the console shows. */
const shownColumns = sql`s.student_no, s.student_userid, s.name, s.partyids, s.is_subscribe`

export const shownStudentsInClass = (corp_no: number, party_id: number) => sql`
  select ${shownColumns} from member m
  join student s on s.corp_no = m.corp_no and s.student_no = m.student_no and s.active = 1
  where m.corp_no = ${corp_no} and m.party_id = ${party_id}
  order by s.student_no`

/** The student with this userid in lower case, whether active or not. */
export const shownStudent = (corp_no: number, student_key: string) => sql`
  select ${shownColumns} from student s
  where s.corp_no = ${corp_no} and s.student_key = ${student_key}`

export const shownParentsOf = (corp_no: number, student_no: number) => sql`
  select p.parent_userid, v.relation, p.mobile, p.is_subscribe from viewer v
  join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.student_no = ${student_no} and v.parent_no > 0 and v.active = 1
  order by v.viewer_no`

/** For each class: how many students it has, and how many of those have not subscribed to the school's notices. */
export const classSizesOf = (corp_no: number, party_ids: readonly number[]) => sql`
  select k.party_id, count(s.student_no) as students, coalesce(sum(1 - s.is_subscribe), 0) as unsubscribed
  from ${numbers('k', 'party_id', party_ids)}
  left join member m on m.corp_no = ${corp_no} and m.party_id = k.party_id
  left join student s on s.corp_no = m.corp_no and s.student_no = m.student_no and s.active = 1
  group by k.party_id
  order by k.party_id`

/** The viewers of these classes who have not subscribed: the rest of a statement, after `select …`. */
const unsubscribedViewers = (corp_no: number, party_ids: readonly number[]) => sql`
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no and s.active = 1
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.active = 1
    and case when v.parent_no = 0 then s.is_subscribe else p.is_subscribe end = 0
    and v.student_no in (
      select m.student_no from ${numbers('k', 'party_id', party_ids)}
      cross join member m where m.corp_no = ${corp_no} and m.party_id = k.party_id
    )`

export const countUnsubscribed = (corp_no: number, party_ids: readonly number[]) =>
  sql`select count(*) as total ${unsubscribedViewers(corp_no, party_ids)}`

export const listUnsubscribed = (corp_no: number, party_ids: readonly number[], offset: number, limit: number) => sql`
  select s.student_userid, s.name, s.partyids, p.parent_userid, v.relation ${unsubscribedViewers(corp_no, party_ids)}
  order by s.student_no, v.viewer_no limit ${limit} offset ${offset}`
