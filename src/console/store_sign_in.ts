import { greatest, rows, sql } from '../store/sql.ts'

/** A rate limit: `capacity` attempts, of which one comes back after each `refillSeconds`. */
export type Limit = { readonly key_hash: string; readonly capacity: number; readonly refillSeconds: number }

export type LimitRow = { key_hash: string; full_at: number }

/** The rows of those limits of which attempts are taken. */
export const limitsAmong = (limits: readonly Limit[]) => sql`
  select l.key_hash, l.full_at
  from ${rows(
    'k',
    { key_hash: 'text' },
    limits.map(({ key_hash }) => [key_hash]),
  )} cross join sign_in_limit l
  where l.key_hash = k.key_hash`

/**
 * Takes an attempt. Touches no row if none is left. Both times are in unix seconds.
 *
 * @param latest a row with a later `full_at` was written by a clock that was wrong, and is replaced
 */
export const takeAttempt = ({ key_hash, capacity, refillSeconds }: Limit, now: number, latest: number) => sql`
  insert into sign_in_limit (key_hash, full_at) values (${key_hash}, cast(${now + refillSeconds} as bigint))
  on conflict (key_hash) do update
  set full_at = case when sign_in_limit.full_at > ${latest} then ${now} else ${greatest}(sign_in_limit.full_at, ${now}) end + ${refillSeconds}
  where sign_in_limit.full_at <= ${now + (capacity - 1) * refillSeconds} or sign_in_limit.full_at > ${latest}`

export const giveBackAttempt = ({ key_hash, refillSeconds }: Limit) => sql`
  update sign_in_limit set full_at = full_at - ${refillSeconds} where key_hash = ${key_hash}`

/** Deletes the limits that have all their attempts at `now` (unix seconds). */
export const deleteFullLimits = (now: number) => sql`delete from sign_in_limit where full_at <= ${now}`

/** `now` is in unix seconds. */
export const putDevice = (corp_no: number, account_no: number, key_hash: string, now: number) => sql`
  insert into sign_in_device (corp_no, account_no, key_hash, signed_in_at) values (${corp_no}, ${account_no}, ${key_hash}, ${now})
  on conflict (corp_no, account_no, key_hash) do update set signed_in_at = excluded.signed_in_at`

/** Deletes the devices of an account that last signed in before `since` (unix seconds), and all but the latest `most`. */
export const deleteOldDevices = (corp_no: number, account_no: number, since: number, most: number) => sql`
  delete from sign_in_device
  where corp_no = ${corp_no}
    and account_no = ${account_no}
    and (signed_in_at < ${since} or key_hash not in (
      select key_hash from sign_in_device
      where corp_no = ${corp_no} and account_no = ${account_no}
      order by signed_in_at desc, key_hash limit ${most}))`
