import { among, rows, sql } from '../store/sql.ts'

/**
 * Households: which parents belong to which student. A row of `viewer` is a student (`parent_no` 0), or a parent on behalf of one
 * child. Ending the relation sets `active` to 0 and keeps the row and its number.
 */
export type ViewerRow = { viewer_no: number; student_no: number; parent_no: number; relation: string; active: number }

const viewerTypes = { viewer_no: 'bigint', student_no: 'bigint', parent_no: 'bigint', relation: 'text', active: 'bigint' } as const

/** All viewer rows of these students, or of these parents, whether active or not. */
export const viewersOf = (corp_no: number, by: 'student_no' | 'parent_no', nos: readonly number[]) => sql`
  select viewer_no, student_no, parent_no, relation, active from viewer
  where corp_no = ${corp_no}
    and ${among(by, nos)}`

/** Upserts viewers by number. Of an existing row only `relation` and `active` change. */
export const putViewers = (corp_no: number, viewers: readonly ViewerRow[]) => sql`
  insert into viewer (corp_no, viewer_no, student_no, parent_no, relation, active)
  select cast(${corp_no} as bigint), viewer_no, student_no, parent_no, relation, active
  from ${rows(
    'r',
    viewerTypes,
    viewers.map((v) => [v.viewer_no, v.student_no, v.parent_no, v.relation, v.active]),
  )}
  where true
  on conflict (corp_no, viewer_no) do update set relation = excluded.relation, active = excluded.active`

export type KnownRow = {
  viewer_no: number
  student_userid: string
  parent_userid: string | null
  partyids: string
  /** of the parent where there is one, else of the student */
  is_subscribe: number
  active: number
}

/**
 * All viewers of a corp with their userids and classes, those who have left included. Of viewers with the same userids, who is on the
 * roster comes last, and else who came last.
 */
export const viewersIn = (corp_no: number) => sql`
  select v.viewer_no, s.student_userid, p.parent_userid, s.partyids, v.active,
    case when v.parent_no = 0 then s.is_subscribe else p.is_subscribe end as is_subscribe
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no}
  order by v.active, v.viewer_no`

/** A student and one of the parents. `mobile` and `is_subscribe` are the parent's. */
export type HouseholdRow = {
  student_no: number
  student_userid: string
  student_name: string
  parent_no: number
  parent_userid: string
  relation: string
  mobile: string
  is_subscribe: number
}

/** The active parents of these students, or the active children of these parents: one row for each pair. */
export const householdsOf = (corp_no: number, by: 'student_no' | 'parent_no', nos: readonly number[]) => sql`
  select v.student_no, s.student_userid, s.name as student_name, v.parent_no, p.parent_userid, v.relation, p.mobile, p.is_subscribe
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.active = 1 and v.parent_no > 0
    and ${among(`v.${by}`, nos)}
  order by v.viewer_no`
