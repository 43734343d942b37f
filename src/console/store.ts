import { numbers, type Query, rows, sql } from '../store/sql.ts'

/** An account with its school. */
export type AccountRow = {
  corp_no: number
  corpid: string
  corp_name: string
  demo: number
  account_no: number
  name: string
  role: string
  userid: string
  /** the password hash: see password.ts */
  password: string
  disabled: number
  created_at: number
  /** party ids of table account_class, joined by commas */
  classes: string | null
}

const accounts = sql`
  select c.corp_no, c.corpid, c.name as corp_name, c.demo, a.account_no, a.name, a.role, a.userid, a.password, a.disabled, a.created_at,
    (select string_agg(cast(k.party_id as text), ',') from account_class k
      where k.corp_no = a.corp_no and k.account_no = a.account_no) as classes
  from account a join corp c on c.corp_no = a.corp_no`

export const accountsOf = (corp_no: number) => sql`${accounts} where a.corp_no = ${corp_no} order by a.account_no`
export const accountByNumber = (corp_no: number, account_no: number) => sql`
  ${accounts} where a.corp_no = ${corp_no} and a.account_no = ${account_no}`

/** `is_known` is 1 where the browser is known for the account: see known_device.ts. */
export type AccountToTry = AccountRow & { is_known: number }

/**
 * The enabled accounts of a name, 20 at most, those that the browser is known for first: in one school, or in every school without
 * `corpid`. `name_key` is the name in lower case, `since` the unix seconds since which a known device must have signed in.
 */
export const accountsToTry = (a: {
  name_key: string
  corpid: string | undefined
  demo: boolean
  device_hash: string
  since: number
}) => sql`
  select who.*, case when d.key_hash is null then 0 else 1 end as is_known
  from (
    ${accounts}
    where a.name_key = ${a.name_key}
      and a.disabled = 0
      ${a.corpid === undefined ? sql`` : sql`and c.corpid = ${a.corpid}`} ${a.demo ? sql`` : sql`and c.demo = 0`}
  ) as who
  left join sign_in_device d on d.corp_no = who.corp_no
    and d.account_no = who.account_no
    and d.key_hash = ${a.device_hash}
    and d.signed_in_at >= ${a.since}
  order by is_known desc, who.corp_no
  limit 20`

/**
 * The highest account number of a school, 0 without accounts. The next account gets the next number. If two processes read the same number,
 * the second insert fails as a Conflict and is tried again.
 */
export const highestAccountNo = (corp_no: number) => sql`
  select coalesce(max(account_no), 0) as account_no from account where corp_no = ${corp_no}`

export const insertAccount = (a: {
  corp_no: number
  account_no: number
  name: string
  role: string
  userid: string
  password: string
  created_at: number
}) => sql`
  insert into account (corp_no, account_no, name, name_key, role, userid, password, disabled, created_at)
  values (${a.corp_no}, ${a.account_no}, ${a.name}, ${a.name.toLowerCase()}, ${a.role}, ${a.userid}, ${a.password}, 0, ${a.created_at})`

export const insertClasses = (corp_no: number, account_no: number, party_ids: readonly number[]) => sql`
  insert into account_class (corp_no, account_no, party_id)
  select cast(${corp_no} as bigint), cast(${account_no} as bigint), party_id from ${numbers('k', 'party_id', party_ids)} where true
  on conflict (corp_no, account_no, party_id) do nothing`

export const setAccountDisabled = (corp_no: number, account_no: number, disabled: number) => sql`
  update account set disabled = ${disabled} where corp_no = ${corp_no} and account_no = ${account_no}`

export const setPassword = (corp_no: number, account_no: number, password: string) => sql`
  update account set password = ${password} where corp_no = ${corp_no} and account_no = ${account_no}`

/** `roster_version` is the school's: classes, and who administers them, are as they were while it is the same. */
export type SessionRow = AccountRow & { key_hash: string; session_created_at: number; seen_at: number; roster_version: number }

/** The sessions of a school that have one of these hashes, each with its account. */
export const sessionsByHash = (corp_no: number, key_hashes: readonly string[]) => sql`
  select x.key_hash, x.created_at as session_created_at, x.seen_at, c.roster_version, who.*
  from ${rows(
    'k',
    { key_hash: 'text' },
    key_hashes.map((key_hash) => [key_hash]),
  )}
  cross join session x
  join corp c on c.corp_no = x.corp_no
  join (${accounts} where a.corp_no = ${corp_no}) as who on who.corp_no = x.corp_no and who.account_no = x.account_no
  where x.corp_no = ${corp_no} and x.key_hash = k.key_hash`

export const insertSession = (corp_no: number, key_hash: string, account_no: number, now: number) => sql`
  insert into session (corp_no, key_hash, account_no, created_at, seen_at)
  values (${corp_no}, ${key_hash}, ${account_no}, ${now}, ${now})`

export const touchSession = (corp_no: number, key_hash: string, now: number) => sql`
  update session set seen_at = ${now} where corp_no = ${corp_no} and key_hash = ${key_hash}`

export const deleteSession = (corp_no: number, key_hash: string) => sql`
  delete from session where corp_no = ${corp_no} and key_hash = ${key_hash}`

/** Signs an account out everywhere. */
export const deleteSessionsOfAccount = (corp_no: number, account_no: number): Query => sql`
  delete from session where corp_no = ${corp_no} and account_no = ${account_no}`

/** Deletes a school's sessions last used or created before these unix seconds. */
export const deleteExpiredSessions = (corp_no: number, seenBefore: number, createdBefore: number) => sql`
  delete from session where corp_no = ${corp_no} and (seen_at < ${seenBefore} or created_at < ${createdBefore})`
