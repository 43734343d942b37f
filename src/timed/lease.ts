import type { Db } from '../store/db.ts'
import { takeLease } from './store.ts'

/** Seconds a lease lasts: when its holder dies, another process takes over within them. */
const leaseSeconds = 15

/**
 * Holds a lease for one process. It is renewed when half its time is over, so that an idle server writes every 8 s.
 *
 * @returns a function that answers whether this process has the lease at `now` (unix seconds)
 */
export function leaseHolder(db: Db, name: string, holder: string) {
  let until = 0
  return async (now: number): Promise<boolean> => {
    if (until - now > leaseSeconds / 2) return true
    const [rows] = await db.batch([takeLease(name, holder, now, now + leaseSeconds)])
    until = rows ? now + leaseSeconds : 0
    return rows === 1
  }
}
