import { randomUUID } from 'node:crypto'
import type { Db } from '../store/db.ts'
import { giveBack, leaseHolder } from './lease.ts'

export type Timed = { readonly stop: () => Promise<void> }

/**
 * Work that nobody asks for, each second, by one process of all that serve a database: whoever holds the lease. One run after the
 * other, until stopped; a failure is told and does not end it.
 */
export function everySecond(db: Db, clock: () => number, work: (now: number) => Promise<void>, failed: (error: unknown) => void): Timed {
  const holder = randomUUID()
  const isMine = leaseHolder(db, 'timed', holder)
  let running: Promise<void> = Promise.resolve()
  let waiting = false
  const timer = setInterval(() => {
    // a run that takes longer than a second is not queued behind itself
    if (waiting) return
    waiting = true
    running = running
      .then(async () => {
        const now = clock()
        if (await isMine(now)) await work(now)
      })
      .catch(failed)
      .finally(() => {
        waiting = false
      })
  }, 1000)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
      await db.batch([giveBack('timed', holder)]).catch(failed)
    },
  }
}
