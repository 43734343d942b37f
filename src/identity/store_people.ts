import { among, numbers, type Query, rows, sql } from '../store/sql.ts'

/** Reads of the roster, and of the register of one living, by which people are identified. */

/** Who is in range: whoever the register of a living says, or with `party_ids` the students of these classes and their parents, for a living that is yet to be made. */
export type Range = { readonly corp_no: number; readonly living_no: number; readonly party_ids?: readonly number[] }

/** A viewer who may be meant. `in_range` is 1 where the viewer's line in the register is in range, else 0. */
export type FoundViewer = {
  key: string
  viewer_no: number
  student_no: number
  parent_no: number
  relation: string
  active: number
  in_range: number
}

/** SQL: 1 where a viewer is in range, else 0. Scalar sub-queries: as a join, PostgreSQL may read the whole register where it has no statistics. */
const inRange = ({ corp_no, living_no, party_ids }: Range, viewer: 'v' | 'h') => {
  const { viewer_no, student_no, active } = columnsOf[viewer]
  return party_ids
    ? sql`coalesce((
      select 1 from member m where m.corp_no = ${corp_no} and m.student_no = ${student_no} and ${among('m.party_id', party_ids)} and ${active} = 1 limit 1
    ), 0)`
    : sql`coalesce((
      select a.in_range from attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = ${viewer_no}
    ), 0)`
}

const columnsOf = {
  v: { viewer_no: sql`v.viewer_no`, student_no: sql`v.student_no`, active: sql`v.active` },
  h: { viewer_no: sql`h.viewer_no`, student_no: sql`h.student_no`, active: sql`h.active` },
} as const

/** SQL: the columns of `FoundViewer` apart from the key. `v` is the viewer. */
const viewerColumns = (range: Range) =>
  sql`v.viewer_no, v.student_no, v.parent_no, v.relation, v.active, ${inRange(range, 'v')} as in_range`

const keyRows = (keys: readonly string[]) =>
  rows(
    'r',
    { key: 'text' },
    keys.map((key) => [key]),
  )

/** The students themselves among viewers, found by a condition on student `s` and key `r`. */
const studentsWith = (range: Range, keys: readonly string[], condition: Query) => sql`
  select n.key, ${viewerColumns(range)}
  from (
    select r.key, (select s.student_no from student s where s.corp_no = ${range.corp_no} and ${condition} limit 1) as student_no
    from ${keyRows(keys)}
  ) as n
  cross join viewer v
  where v.corp_no = ${range.corp_no} and v.student_no = n.student_no and v.parent_no = 0`

/** The parents on behalf of each child, found by a condition on parent `p` and key `r`. */
const parentsWith = (range: Range, keys: readonly string[], condition: Query) => sql`
  select n.key, ${viewerColumns(range)}
  from (
    select r.key, (select p.parent_no from parent p where p.corp_no = ${range.corp_no} and ${condition} limit 1) as parent_no
    from ${keyRows(keys)}
  ) as n
  cross join viewer v
  where v.corp_no = ${range.corp_no} and v.parent_no = n.parent_no`

/** Students by userid, in lower case. */
export const studentsByUserid = (range: Range, keys: readonly string[]) => studentsWith(range, keys, sql`s.student_key = r.key`)

/** Parents by userid, in lower case. */
export const parentsByUserid = (range: Range, keys: readonly string[]) => parentsWith(range, keys, sql`p.parent_key = r.key`)

/** Active students by mobile, in its normal form. */
export const studentsByMobile = (range: Range, keys: readonly string[]) =>
  studentsWith(range, keys, sql`s.mobile_key = r.key and s.active = 1`)

/** Active parents by mobile, in its normal form. */
export const parentsByMobile = (range: Range, keys: readonly string[]) =>
  parentsWith(range, keys, sql`p.mobile_key = r.key and p.active = 1`)

/** Viewers by number. `key` is empty. */
export const viewersByNumber = (range: Range, viewer_nos: readonly number[]) => sql`
  select '' as key, ${viewerColumns(range)}
  from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join viewer v
  where v.corp_no = ${range.corp_no} and v.viewer_no = k.viewer_no`

/** The viewers of the households of these students and of their brothers and sisters who share a parent. `key` is empty. */
export const viewersOfParents = (range: Range, parent_nos: readonly number[]) => sql`
  select '' as key, ${viewerColumns(range)}
  from ${numbers('k', 'parent_no', parent_nos)}
  cross join viewer v
  where v.corp_no = ${range.corp_no} and v.parent_no = k.parent_no`

/** A viewer of the household of a student with a name. `entry`: the line's entry, which names the classes; null for one without a line. */
export type NamedViewer = FoundViewer & { entry: string | null; partyids: string }

/**
 * The households of the students in range who have one of these names: the student, and each parent. `key` is the name asked for.
 *
 * `materialized`, else PostgreSQL without statistics asks of every student of the school whether somebody of the household is in range, before it
 * looks at the names: 700 ms for 30,000 students.
 */
export const householdsByName = (range: Range, names: readonly string[]) => sql`
  with named as materialized (
    select r.key, s.student_no, s.partyids
    from ${keyRows(names)}
    cross join student s
    where s.corp_no = ${range.corp_no} and lower(s.name) = lower(r.key)
  )
  select n.key, n.partyids, ${viewerColumns(range)}, (
      select a.entry from attendance a
      where a.corp_no = ${range.corp_no} and a.living_no = ${range.living_no} and a.viewer_no = v.viewer_no
    ) as entry
  from named n
  cross join viewer v
  where v.corp_no = ${range.corp_no} and v.student_no = n.student_no
    and 1 = (select max(${inRange(range, 'h')}) from viewer h where h.corp_no = ${range.corp_no} and h.student_no = n.student_no)
  order by v.viewer_no`

/** The classes in range with their names, and the name of the party that each stands in. */
export const classNamesOf = ({ corp_no, living_no, party_ids }: Range) => sql`
  select p.party_id, p.name, coalesce(above.name, '') as above
  from party p
  left join party above on above.corp_no = p.corp_no and above.party_id = p.parentid
  where p.corp_no = ${corp_no} and ${
    party_ids
      ? among('p.party_id', party_ids)
      : sql`p.party_id in (select c.party_id from register_class c where c.corp_no = ${corp_no} and c.living_no = ${living_no})`
  }`

/** The viewers of the households of all students of a corp who have one of these names, and of the other children of their parents. */
export const viewersNamed = (corp_no: number, names: readonly string[]) => sql`
  with household as (
    select v.viewer_no, v.parent_no
    from ${keyRows(names)}
    cross join student s
    cross join viewer v
    where s.corp_no = ${corp_no} and lower(s.name) = lower(r.key) and v.corp_no = ${corp_no} and v.student_no = s.student_no
  )
  select viewer_no from household
  union
  select o.viewer_no from household h
  join viewer o on o.corp_no = ${corp_no} and o.parent_no = h.parent_no
  where h.parent_no > 0`

/** One row for each class of a viewer; `party` is null for one without a class. */
export type ShownViewerRow = {
  viewer_no: number
  name: string
  student_userid: string
  parent_userid: string | null
  relation: string
  party: string | null
}

/** Viewers by number, with names and classes. */
export const shownViewers = (corp_no: number, viewer_nos: readonly number[]) => sql`
  select v.viewer_no, s.name, s.student_userid, p.parent_userid, v.relation, c.name as party
  from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  left join member m on m.corp_no = v.corp_no and m.student_no = v.student_no
  left join party c on c.corp_no = m.corp_no and c.party_id = m.party_id
  where v.corp_no = ${corp_no} and v.viewer_no = k.viewer_no
  order by v.viewer_no, c.party_id`

/** The students in range of a living, or of the whole school where `living_no` is 0, by name. */
export const studentsInRange = (range: Range, limit: number) => sql`
  select s.student_userid, s.name
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  where v.corp_no = ${range.corp_no} and v.parent_no = 0 and ${range.living_no ? sql`${inRange(range, 'v')} = 1` : sql`v.active = 1`}
  order by s.name, s.student_no
  limit ${limit}`
