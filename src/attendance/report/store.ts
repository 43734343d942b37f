import { among, sql } from '../../store/sql.ts'

/** What the report reads, some thousand lines at a time. */
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

/** Lines in order; of some viewers alone where they are named. */
export const linesAfter = ({ corp_no, living_no }: Register, after: number, limit: number, only?: readonly number[]) => sql`
  select a.viewer_no, a.in_range, a.is_subscribe, a.excused, a.excused_by, a.excused_at, a.since, a.entry, v.student_no, v.relation, s.name
  from attendance a
  left join viewer v on v.corp_no = a.corp_no and v.viewer_no = a.viewer_no
  left join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no > ${after} ${andOnly('a.viewer_no', only)}
  order by a.viewer_no
  limit ${limit}`

/** Of these viewers alone, where some are named. */
const andOnly = (column: string, only?: readonly number[]) => (only ? sql`and ${among(column, only)}` : sql``)

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

/** The stays of the viewers from one to another, in order, by enter; of some viewers alone, what they saw of the recording too. */
export const staysBetween = ({ corp_no, living_no }: Register, from: number, to: number, only?: readonly number[]) => sql`
  select s.viewer_no, s.stay_id, s.enter_time, s.leave_time, s.is_comment, s.replay, s.source, s.watch_time${only ? sql`, m.media_from, m.media_to` : sql``}
  from stay s
  ${
    only
      ? sql`left join replay_position m on m.corp_no = s.corp_no and m.living_no = s.living_no and m.viewer_no = s.viewer_no
    and m.stay_id = s.stay_id and s.replay = 1`
      : sql``
  }
  where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no >= ${from} and s.viewer_no <= ${to} ${andOnly('s.viewer_no', only)}
  order by s.viewer_no, s.enter_time`

export type PastRow = { viewer_no: number; until: number; in_range: number; is_subscribe: number; excused: string | null }

/** What lines were, the earliest last, so that a map keeps what they were first after a moment. */
export const pastBetween = ({ corp_no, living_no }: Register, from: number, to: number, at: number) => sql`
  select viewer_no, until, in_range, is_subscribe, excused from attendance_past
  where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no >= ${from} and viewer_no <= ${to} and until > ${at}
  order by viewer_no, until desc`

/** Who was in range once. */
export const onceInRange = ({ corp_no, living_no }: Register, from: number, to: number) => sql`
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

/** Who is in a class of the register today and was not when it froze. */
export const joinedAfter = ({ corp_no, living_no }: Register) => sql`
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

export const classNames = (corp_no: number) => sql`select party_id, name from party where corp_no = ${corp_no} and type = 1`

/** A student and the parents; or one parent of that student. */
export const familyOf = (corp_no: number, student_key: string, parent_key: string | undefined) => sql`
  select v.viewer_no from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and s.student_key = ${student_key} ${parent_key === undefined ? sql`` : sql`and p.parent_key = ${parent_key}`}`
