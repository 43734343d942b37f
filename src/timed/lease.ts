import type { Db } from '../store/db.ts'
import { sql } from '../store/sql.ts'

/** Seconds a lease lasts: when its holder dies, another goes on within them. Renewed at half, so an idle server writes every 8 s. */
const lasts = 15

/** Whether this process holds the lease now, because it did, or because nobody does any longer. */
export function leaseHolder(db: Db, name: string, holder: string) {
  let until = 0
  return async (now: number): Promise<boolean> => {
    if (until - now > lasts / 2) return true
    const [taken] = await db.batch([take(name, holder, now)])
    until = taken ? now + lasts : 0
    return taken === 1
  }
}

const take = (name: string, holder: string, now: number) => sql`
  insert into lease (name, holder, until) values (${name}, ${holder}, cast(${now + lasts} as bigint))
  on conflict (name) do update set holder = excluded.holder, until = excluded.until
  where lease.holder = excluded.holder or lease.until <= ${now}`

/** Given back by whoever stops, so that nobody waits for it. */
export const giveBack = (name: string, holder: string) => sql`delete from lease where name = ${name} and holder = ${holder}`
