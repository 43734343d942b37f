import { sql } from '../store/sql.ts'

/** Takes or renews a lease until `until` (unix seconds). Touches no row while another holder's lease lasts. */
export const takeLease = (name: string, holder: string, now: number, until: number) => sql`
  insert into lease (name, holder, until) values (${name}, ${holder}, cast(${until} as bigint))
  on conflict (name) do update set holder = excluded.holder, until = excluded.until
  where lease.holder = excluded.holder or lease.until <= ${now}`

/** Gives a lease back, so that the next holder need not wait for its end. */
export const releaseLease = (name: string, holder: string) => sql`delete from lease where name = ${name} and holder = ${holder}`
