import { among, forShare, type Query, rows, sql } from '../store/sql.ts'

/** People of the roster; its parties are in store-parties.ts. */

/** Guards a decision: whoever changed the roster since `version` was read undoes this batch. Locks the corp's roster until written. */
export const moveRoster = (corp_no: number, version: number) => sql`
  update corp set roster_version = ${version + 1} where corp_no = ${corp_no} and roster_version = ${version}`

/** Keeps the roster as it is until the batch is written, for what is derived from it outside `changeRoster`. */
export const holdRoster = (corp_no: number) => sql`select roster_version from corp where corp_no = ${corp_no} ${forShare}`

/** Also whether any app wants to be told: where none does, nothing is made for it. */
export const rosterVersion = (corp_no: number) => sql`
  select roster_version, (select count(*) from callback k where k.corp_no = ${corp_no}) as callbacks from corp where corp_no = ${corp_no}`

export type StudentRow = {
  student_no: number
  student_userid: string
  student_key: string
  name: string
  mobile: string | null
  partyids: string
  is_subscribe: number
  renamed: number
  active: number
}

const studentColumns = sql`student_no, student_userid, student_key, name, mobile, partyids, is_subscribe, renamed, active`
const studentTypes = {
  student_no: 'bigint',
  student_userid: 'text',
  student_key: 'text',
  name: 'text',
  mobile: 'text',
  partyids: 'text',
  is_subscribe: 'bigint',
  renamed: 'bigint',
  active: 'bigint',
} as const

const oneOf = (keys: readonly string[]) =>
  rows(
    'k',
    { key: 'text' },
    keys.map((key) => [key]),
  )

/** Those who left stand there still, with active 0: whoever comes back keeps number and past. */
export const studentsByKey = (corp_no: number, keys: readonly string[]) => sql`
  select ${studentColumns} from student where corp_no = ${corp_no} and student_key in (select key from ${oneOf(keys)})`

export const studentsByNumber = (corp_no: number, student_nos: readonly number[]) => sql`
  select ${studentColumns} from student
  where corp_no = ${corp_no} and ${among('student_no', student_nos)}`

export const studentsInClass = (corp_no: number, party_id: number) => sql`
  select ${studentColumns} from student
  where corp_no = ${corp_no} and student_no in (select student_no from member where corp_no = ${corp_no} and party_id = ${party_id})
  order by student_no`

/** Userids of all who are on the roster, in lower case. */
export const activeStudents = (corp_no: number) => sql`
  select student_key from student where corp_no = ${corp_no} and active = 1 order by student_no`

/**
 * A look-up for each mobile, said so: of a table that it had not analysed yet, as after an import, PostgreSQL took one school's people
 * for one row, and read all of them for every 500 mobiles (40 ms at 30,000 parents, 200 at 100,000). Without an order: for that SQLite would
 * walk along the key instead. No two who are active share one.
 */
export const studentsByMobile = (corp_no: number, mobiles: readonly string[]) => sql`
  select o.mobile, o.student_key from (
    select k.key as mobile, (
      select s.student_key from student s
      where s.corp_no = ${corp_no} and s.mobile = k.key and s.active = 1
      limit 1
    ) as student_key
    from ${oneOf(mobiles)}
  ) as o where o.student_key is not null`

export const putStudents = (corp_no: number, students: readonly StudentRow[]) => sql`
  insert into student (corp_no, ${studentColumns})
  select cast(${corp_no} as bigint), ${studentColumns}
  from ${rows(
    'r',
    studentTypes,
    students.map((s) => Object.keys(studentTypes).map((column) => s[column as keyof StudentRow])),
  )}
  where true
  on conflict (corp_no, student_no) do update set
    student_userid = excluded.student_userid, student_key = excluded.student_key, name = excluded.name,
    mobile = excluded.mobile, partyids = excluded.partyids, is_subscribe = excluded.is_subscribe,
    renamed = excluded.renamed, active = excluded.active`

/** The classes of these students are exactly these. */
export const putMembers = (
  corp_no: number,
  student_nos: readonly number[],
  members: readonly (readonly [party_id: number, student_no: number])[],
): Query[] => [
  sql`delete from member where corp_no = ${corp_no}
    and ${among('student_no', student_nos)}`,
  sql`insert into member (corp_no, party_id, student_no)
    select cast(${corp_no} as bigint), party_id, student_no
    from ${rows('r', { party_id: 'bigint', student_no: 'bigint' }, members)} where true
    on conflict (corp_no, party_id, student_no) do nothing`,
]

export type ParentRow = {
  parent_no: number
  parent_userid: string
  parent_key: string
  mobile: string
  is_subscribe: number
  renamed: number
  active: number
}

const parentColumns = sql`parent_no, parent_userid, parent_key, mobile, is_subscribe, renamed, active`
const parentTypes = {
  parent_no: 'bigint',
  parent_userid: 'text',
  parent_key: 'text',
  mobile: 'text',
  is_subscribe: 'bigint',
  renamed: 'bigint',
  active: 'bigint',
} as const

export const parentsByKey = (corp_no: number, keys: readonly string[]) => sql`
  select ${parentColumns} from parent where corp_no = ${corp_no} and parent_key in (select key from ${oneOf(keys)})`

export const parentNosInClass = (corp_no: number, party_id: number) => sql`
  select distinct v.parent_no from member m
  join viewer v on v.corp_no = m.corp_no and v.student_no = m.student_no and v.parent_no > 0 and v.active = 1
  where m.corp_no = ${corp_no} and m.party_id = ${party_id}`

export const parentsByMobile = (corp_no: number, mobiles: readonly string[]) => sql`
  select o.mobile, o.parent_key from (
    select k.key as mobile, (
      select p.parent_key from parent p
      where p.corp_no = ${corp_no} and p.mobile = k.key and p.active = 1
      limit 1
    ) as parent_key
    from ${oneOf(mobiles)}
  ) as o where o.parent_key is not null`

export const putParents = (corp_no: number, parents: readonly ParentRow[]) => sql`
  insert into parent (corp_no, ${parentColumns})
  select cast(${corp_no} as bigint), ${parentColumns}
  from ${rows(
    'r',
    parentTypes,
    parents.map((p) => Object.keys(parentTypes).map((column) => p[column as keyof ParentRow])),
  )}
  where true
  on conflict (corp_no, parent_no) do update set
    parent_userid = excluded.parent_userid, parent_key = excluded.parent_key, mobile = excluded.mobile,
    is_subscribe = excluded.is_subscribe, renamed = excluded.renamed, active = excluded.active`

/** Parents who have no child on the roster any more. */
export const childlessParents = (corp_no: number) => sql`
  select ${parentColumns} from parent
  where corp_no = ${corp_no} and active = 1 and parent_no not in (
    select parent_no from viewer where corp_no = ${corp_no} and parent_no > 0 and active = 1
  )
  order by parent_no`

export type ViewerRow = { viewer_no: number; student_no: number; parent_no: number; relation: string; active: number }

const viewerTypes = { viewer_no: 'bigint', student_no: 'bigint', parent_no: 'bigint', relation: 'text', active: 'bigint' } as const

/** Every viewer that has one of these students, or one of these parents, active or not. */
export const viewersOf = (corp_no: number, by: 'student_no' | 'parent_no', nos: readonly number[]) => sql`
  select viewer_no, student_no, parent_no, relation, active from viewer
  where corp_no = ${corp_no}
    and ${among(by, nos)}`

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

/** The highest numbers given so far; the next are read under `moveRoster`'s guard. */
export const highest = (corp_no: number) => sql`
  select
    (select coalesce(max(student_no), 0) from student where corp_no = ${corp_no}) as student_no,
    (select coalesce(max(parent_no), 0) from parent where corp_no = ${corp_no}) as parent_no,
    (select coalesce(max(viewer_no), 0) from viewer where corp_no = ${corp_no}) as viewer_no`

export type KnownRow = {
  viewer_no: number
  student_userid: string
  parent_userid: string | null
  partyids: string
  /** of the student, or the parent */
  is_subscribe: number
  active: number
}

/** Everybody who has or had a line to be written. */
export const viewersIn = (corp_no: number) => sql`
  select v.viewer_no, s.student_userid, p.parent_userid, s.partyids, v.active,
    case when v.parent_no = 0 then s.is_subscribe else p.is_subscribe end as is_subscribe
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no}`

export const setSubscribed = (
  corp_no: number,
  who: 'student' | 'parent',
  flags: readonly (readonly [key: string, is_subscribe: number])[],
) => {
  const flagged = rows('r', { key: 'text', is_subscribe: 'bigint' }, flags)
  return who === 'student'
    ? sql`update student set is_subscribe = r.is_subscribe from ${flagged}
        where student.corp_no = ${corp_no} and student.student_key = r.key`
    : sql`update parent set is_subscribe = r.is_subscribe from ${flagged}
        where parent.corp_no = ${corp_no} and parent.parent_key = r.key`
}

export type FamilyRow = {
  student_no: number
  student_userid: string
  student_name: string
  parent_no: number
  parent_userid: string
  relation: string
  mobile: string
  is_subscribe: number
}

/** The parents of students, or the children of parents. */
export const familiesOf = (corp_no: number, by: 'student_no' | 'parent_no', nos: readonly number[]) => sql`
  select v.student_no, s.student_userid, s.name as student_name, v.parent_no, p.parent_userid, v.relation, p.mobile, p.is_subscribe
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.active = 1 and v.parent_no > 0
    and ${among(`v.${by}`, nos)}
  order by v.viewer_no`
