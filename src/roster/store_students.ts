import { among, type Query, rows, sql } from '../store/sql.ts'
import { keyRows } from './store_keys.ts'

/**
 * Students and their membership in classes. A student who leaves keeps the row, with `active` 0, and the userid until that is given
 * again: see `retireKeys`.
 */
export type StudentRow = {
  student_no: number
  student_userid: string
  /** `student_userid` in lower case: userids are compared without regard to case. Another text once a deleted student's userid is given again */
  student_key: string
  name: string
  mobile: string | null
  /** `mobile` in its normal form: see `normalMobile` */
  mobile_key: string | null
  /** ids of the student's classes, ascending, separated by commas */
  partyids: string
  is_subscribe: number
  /** 1 after the userid was changed: it can be changed once */
  renamed: number
  active: number
}

const studentColumns = sql`student_no, student_userid, student_key, name, mobile, mobile_key, partyids, is_subscribe, renamed, active`
const studentTypes = {
  student_no: 'bigint',
  student_userid: 'text',
  student_key: 'text',
  name: 'text',
  mobile: 'text',
  mobile_key: 'text',
  partyids: 'text',
  is_subscribe: 'bigint',
  renamed: 'bigint',
  active: 'bigint',
} as const

/** Students with these userids (in lower case), whether active or not. */
export const studentsByKey = (corp_no: number, keys: readonly string[]) => sql`
  select ${studentColumns} from student where corp_no = ${corp_no} and student_key in (select key from ${keyRows(keys)})`

/** Students with these numbers, whether active or not. */
export const studentsByNumber = (corp_no: number, student_nos: readonly number[]) => sql`
  select ${studentColumns} from student
  where corp_no = ${corp_no} and ${among('student_no', student_nos)}`

export const studentsInClass = (corp_no: number, party_id: number) => sql`
  select ${studentColumns} from student
  where corp_no = ${corp_no} and student_no in (select student_no from member where corp_no = ${corp_no} and party_id = ${party_id})
  order by student_no`

/** The userids, in lower case, of all active students. */
export const activeStudents = (corp_no: number) => sql`
  select student_key from student where corp_no = ${corp_no} and active = 1 order by student_no`

/** Upserts students by number. */
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
    mobile = excluded.mobile, mobile_key = excluded.mobile_key, partyids = excluded.partyids, is_subscribe = excluded.is_subscribe,
    renamed = excluded.renamed, active = excluded.active`

/** Replaces the class memberships of these students by `members`. Returns two statements: the first deletes, the second inserts. */
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
