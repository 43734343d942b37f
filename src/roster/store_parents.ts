import { numbers, rows, sql } from '../store/sql.ts'
import { keyRows } from './store_keys.ts'

/** Parents. A parent who leaves keeps the row, with `active` 0, and the userid until that is given again: see `retireKeys`. */
export type ParentRow = {
  parent_no: number
  parent_userid: string
  /** `parent_userid` in lower case, as for a student */
  parent_key: string
  mobile: string
  /** `mobile` in its normal form: see `normalMobile` */
  mobile_key: string
  is_subscribe: number
  /** 1 after the userid was changed: it can be changed once */
  renamed: number
  active: number
}

const parentColumns = sql`parent_no, parent_userid, parent_key, mobile, mobile_key, is_subscribe, renamed, active`
const parentTypes = {
  parent_no: 'bigint',
  parent_userid: 'text',
  parent_key: 'text',
  mobile: 'text',
  mobile_key: 'text',
  is_subscribe: 'bigint',
  renamed: 'bigint',
  active: 'bigint',
} as const

/** Parents with these userids (in lower case), whether active or not. */
export const parentsByKey = (corp_no: number, keys: readonly string[]) => sql`
  select ${parentColumns} from parent where corp_no = ${corp_no} and parent_key in (select key from ${keyRows(keys)})`

/** Parents with these numbers, whether active or not. */
export const parentsByNumber = (corp_no: number, parent_nos: readonly number[]) => sql`
  select p.parent_no, p.parent_userid, p.parent_key, p.mobile, p.mobile_key, p.is_subscribe, p.renamed, p.active
  from ${numbers('k', 'no', parent_nos)}
  cross join parent p where p.corp_no = ${corp_no} and p.parent_no = k.no
  order by p.parent_no`

/** The numbers of the parents of a class's students. */
export const parentNosInClass = (corp_no: number, party_id: number) => sql`
  select distinct v.parent_no from member m
  join viewer v on v.corp_no = m.corp_no and v.student_no = m.student_no and v.parent_no > 0 and v.active = 1
  where m.corp_no = ${corp_no} and m.party_id = ${party_id}`

/** How many active parents a school has. */
export const countParents = (corp_no: number) => sql`select count(*) as parents from parent where corp_no = ${corp_no} and active = 1`

/** Active parents who have no active child left. */
export const childlessParents = (corp_no: number) => sql`
  select ${parentColumns} from parent
  where corp_no = ${corp_no} and active = 1 and parent_no not in (
    select parent_no from viewer where corp_no = ${corp_no} and parent_no > 0 and active = 1
  )
  order by parent_no`

/** Upserts parents by number. */
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
    mobile_key = excluded.mobile_key, is_subscribe = excluded.is_subscribe, renamed = excluded.renamed, active = excluded.active`
