import { randomUUID } from 'node:crypto'
import type { Db } from '../store/db.ts'
import { leaseHolder } from './lease.ts'
import { releaseLease } from './store.ts'

export type TimedWork = { readonly stop: () => Promise<void> }

/** The name of the lease that decides which process does the timed work of a database. */
const leaseName = 'timed'

/**
 * Runs work once a second, in one process of all that serve a database: the holder of a lease. Runs never overlap; a failure is reported to
 * `failed` and does not stop the next run.
 *
 * @param clock unix seconds
 */
export function everySecond(
  db: Db,
  clock: () => number,
  work: (now: number) => Promise<void>,
  failed: (error: unknown) => void,
): TimedWork {
  const holder = randomUUID()
  const hasLease = leaseHolder(db, leaseName, holder)
  let run: Promise<void> = Promise.resolve()
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    run = runOnce()
      .catch(failed)
      .finally(() => {
        isRunning = false
      })
  }, 1000)
  async function runOnce() {
    const now = clock()
    if (await hasLease(now)) await work(now)
  }
  return {
    stop: async () => {
      clearInterval(timer)
      await run
      await db.batch([releaseLease(leaseName, holder)]).catch(failed)
    },
  }
}
