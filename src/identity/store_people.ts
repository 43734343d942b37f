import { numbers, type Query, rows, sql } from '../store/sql.ts'

/** Reads of the roster, and of the register of one living, by which people are identified. */

type Register = { readonly corp_no: number; readonly living_no: number }

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

/** `v` is the viewer. A scalar sub-query: as a join, PostgreSQL may read the whole register where it has no statistics. */
const viewerColumns = ({ corp_no, living_no }: Register) => sql`v.viewer_no, v.student_no, v.parent_no, v.relation, v.active,
    coalesce((
      select a.in_range from attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = v.viewer_no
    ), 0) as in_range`

const keyRows = (keys: readonly string[]) =>
  rows(
    'r',
    { key: 'text' },
    keys.map((key) => [key]),
  )

/** The students themselves among viewers, found by a condition on student `s` and key `r`. */
const studentsWith = (register: Register, keys: readonly string[], condition: Query) => sql`
  select n.key, ${viewerColumns(register)}
  from (
    select r.key, (select s.student_no from student s where s.corp_no = ${register.corp_no} and ${condition} limit 1) as student_no
    from ${keyRows(keys)}
  ) as n
  cross join viewer v
  where v.corp_no = ${register.corp_no} and v.student_no = n.student_no and v.parent_no = 0`

/** The parents on behalf of each child, found by a condition on parent `p` and key `r`. */
const parentsWith = (register: Register, keys: readonly string[], condition: Query) => sql`
  select n.key, ${viewerColumns(register)}
  from (
    select r.key, (select p.parent_no from parent p where p.corp_no = ${register.corp_no} and ${condition} limit 1) as parent_no
    from ${keyRows(keys)}
  ) as n
  cross join viewer v
  where v.corp_no = ${register.corp_no} and v.parent_no = n.parent_no`

/** Students by userid, in lower case. */
export const studentsByUserid = (register: Register, keys: readonly string[]) => studentsWith(register, keys, sql`s.student_key = r.key`)

/** Parents by userid, in lower case. */
export const parentsByUserid = (register: Register, keys: readonly string[]) => parentsWith(register, keys, sql`p.parent_key = r.key`)

/** Active students by mobile, in its normal form. */
export const studentsByMobile = (register: Register, keys: readonly string[]) =>
  studentsWith(register, keys, sql`s.mobile_key = r.key and s.active = 1`)

/** Active parents by mobile, in its normal form. */
export const parentsByMobile = (register: Register, keys: readonly string[]) =>
  parentsWith(register, keys, sql`p.mobile_key = r.key and p.active = 1`)

/** Viewers by number. `key` is empty. */
export const viewersByNumber = (register: Register, viewer_nos: readonly number[]) => sql`
  select '' as key, ${viewerColumns(register)}
  from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join viewer v
  where v.corp_no = ${register.corp_no} and v.viewer_no = k.viewer_no`

/** The viewers of the households of these students and of their brothers and sisters who share a parent. `key` is empty. */
export const viewersOfParents = (register: Register, parent_nos: readonly number[]) => sql`
  select '' as key, ${viewerColumns(register)}
  from ${numbers('k', 'parent_no', parent_nos)}
  cross join viewer v
  where v.corp_no = ${register.corp_no} and v.parent_no = k.parent_no`

/** A viewer of the household of a student with a name. `entry`: the line's entry, which names the classes; null for one without a line. */
export type NamedViewer = FoundViewer & { entry: string | null }

/** The households of the students in range who have one of these names: the student, and each parent. `key` is the name asked for. */
export const householdsByName = (register: Register, names: readonly string[]) => sql`
  select n.key, ${viewerColumns(register)}, (
      select a.entry from attendance a
      where a.corp_no = ${register.corp_no} and a.living_no = ${register.living_no} and a.viewer_no = v.viewer_no
    ) as entry
  from (
    select r.key, s.student_no
    from ${keyRows(names)}
    cross join student s
    where s.corp_no = ${register.corp_no} and lower(s.name) = lower(r.key)
      and 1 = (
        select max(a.in_range) from viewer h
        cross join attendance a
        where h.corp_no = ${register.corp_no} and h.student_no = s.student_no
          and a.corp_no = ${register.corp_no} and a.living_no = ${register.living_no} and a.viewer_no = h.viewer_no
      )
  ) as n
  cross join viewer v
  where v.corp_no = ${register.corp_no} and v.student_no = n.student_no
  order by v.viewer_no`

/** The classes of a living with their names, and the name of the party that each stands in. */
export const classNamesOf = ({ corp_no, living_no }: Register) => sql`
  select p.party_id, p.name, coalesce(above.name, '') as above
  from register_class c
  join party p on p.corp_no = c.corp_no and p.party_id = c.party_id
  left join party above on above.corp_no = p.corp_no and above.party_id = p.parentid
  where c.corp_no = ${corp_no} and c.living_no = ${living_no}`

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
