import { among, sql } from '../../store/sql.ts'

/** A line with what the roster knows of its viewer; the last three are null for visitors. */
export type LineRow = {
  viewer_no: number
  in_range: number
  is_subscribe: number
  excused: string | null
  excused_by: string | null
  excused_at: number | null
  since: number
  entry: string
  student_no: number | null
  relation: string | null
  name: string | null
}
type Register = { corp_no: number; living_no: number }

/**
 * Reads a page of lines in the order of viewer numbers, beginning after a given viewer. `viewer_nos` limits it to these viewers. With
 * `namesAt` (unix seconds) students have the names that they had then, else today's names.
 */
export const linesAfter = (
  { corp_no, living_no }: Register,
  after: number,
  limit: number,
  namesAt: number | undefined,
  viewer_nos?: readonly number[],
) => sql`
  select a.viewer_no, a.in_range, a.is_subscribe, a.excused, a.excused_by, a.excused_at, a.since, a.entry, v.student_no, v.relation,
    ${namesAt === undefined ? sql`s.name` : nameAt(namesAt)} as name
  from attendance a
  left join viewer v on v.corp_no = a.corp_no and v.viewer_no = a.viewer_no
  left join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no > ${after} ${andAmong('a.viewer_no', viewer_nos)}
  order by a.viewer_no
  limit ${limit}`

/** The name of student `s` at a moment: the oldest one kept since then, or today's. */
const nameAt = (at: number) => sql`coalesce((
      select n.name from student_past_name n
      where n.corp_no = s.corp_no and n.student_no = s.student_no and n.until > ${at}
      order by n.until limit 1
    ), s.name)`

const andAmong = (column: string, viewer_nos?: readonly number[]) => (viewer_nos ? sql`and ${among(column, viewer_nos)}` : sql``)

export type StayRow = {
  viewer_no: number
  stay_id: string
  enter_time: number
  leave_time: number
  is_comment: number
  replay: number
  source: string
  watch_time: number | null
  media_from?: number | null
  media_to?: number | null
}

/**
 * The stays of the viewers from one number to another, in order of viewer and enter. `viewer_nos`: of these viewers alone, and then also
 * which seconds of the recording a stay of the replay saw.
 */
export const staysBetween = ({ corp_no, living_no }: Register, from: number, to: number, viewer_nos?: readonly number[]) => {
  const positions = viewer_nos
    ? sql`left join replay_position m on m.corp_no = s.corp_no and m.living_no = s.living_no and m.viewer_no = s.viewer_no
    and m.stay_id = s.stay_id and s.replay = 1`
    : sql``
  return sql`
  select s.viewer_no, s.stay_id, s.enter_time, s.leave_time, s.is_comment, s.replay, s.source, s.watch_time${viewer_nos ? sql`, m.media_from, m.media_to` : sql``}
  from stay s
  ${positions}
  where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no >= ${from} and s.viewer_no <= ${to} ${andAmong('s.viewer_no', viewer_nos)}
  order by s.viewer_no, s.enter_time`
}

export type PastRow = { viewer_no: number; until: number; in_range: number; is_subscribe: number; excused: string | null }

/** What lines were after a moment, earliest first: the first row of a viewer tells how the line stood at the moment. */
export const pastAfter = ({ corp_no, living_no }: Register, from: number, to: number, at: number) => sql`
  select viewer_no, until, in_range, is_subscribe, excused from attendance_past
  where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no >= ${from} and viewer_no <= ${to} and until > ${at}
  order by viewer_no, until`

/** Viewers whose line was in range at some time. */
export const everInRange = ({ corp_no, living_no }: Register, from: number, to: number) => sql`
  select distinct viewer_no from attendance_past
  where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no >= ${from} and viewer_no <= ${to} and in_range = 1`

export type JoinedRow = {
  viewer_no: number
  student_no: number
  student_userid: string
  parent_userid: string | null
  partyids: string
  relation: string
  name: string
  is_subscribe: number
}

/** Viewers who are in a class of the register today and have no line, because they joined after it was frozen. */
export const joinedAfterEnd = ({ corp_no, living_no }: Register) => sql`
  select v.viewer_no, v.student_no, s.student_userid, p.parent_userid, s.partyids, v.relation, s.name,
    case when v.parent_no = 0 then s.is_subscribe else p.is_subscribe end as is_subscribe
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.active = 1
    and v.student_no in (
      select m.student_no from register_class c
      join member m on m.corp_no = c.corp_no and m.party_id = c.party_id
      where c.corp_no = ${corp_no} and c.living_no = ${living_no}
    )
    and not exists (
      select 1 from attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = v.viewer_no
    )
  order by v.viewer_no`

/** The names of all classes of a corp. */
export const classNames = (corp_no: number) => sql`select party_id, name from party where corp_no = ${corp_no} and type = 1`

/**
 * The viewers of a household; with `parent_key` that parent alone. Keys are userids in lower case. Compared with the userids and not with
 * the keys of the roster, so that whoever had the userid before, and is on the register, is found too.
 */
export const householdViewers = (corp_no: number, student_key: string, parent_key: string | undefined) => sql`
  select v.viewer_no from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and lower(s.student_userid) = ${student_key} ${parent_key === undefined ? sql`` : sql`and lower(p.parent_userid) = ${parent_key}`}`
