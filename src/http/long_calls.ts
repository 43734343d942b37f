import { nextTurn } from '../event_loop.ts'
import type { Dialect } from '../store/sql.ts'

/** A body longer than this makes a long call: parsing it takes 0.2 ms and more. */
export const longBodyBytes = 16_384
/** Milliseconds after a short call during which the stricter limit holds: whoever asked something short is likely to ask again. */
const recentMs = 100
/** Milliseconds after which a long call no longer counts, whatever delays it: a lock, or a roster of thousands. */
const slotMs = 250
/**
 * How many long calls run at once: while short calls arrived within the last 100 ms, and otherwise. With more, PostgreSQL works on all
 * cores and a page waits for one of them: while reports of 1,000 stays came in as fast as they were taken, the p99 of pages was 25 to
 * 69 ms without a limit, 10 to 24 with it (bench/README.md). SQLite has one writer, and reports that wait for it share a commit: one at a
 * time would take a quarter of the stays.
 */
const limits: Record<Dialect, { whileShort: number; otherwise: number }> = {
  sqlite: { whileShort: Infinity, otherwise: Infinity },
  postgres: { whileShort: 1, otherwise: 3 },
}

/** A concurrency limit for calls with long bodies, which are reports of presence and rosters: first come, first served. */
export function longCalls(dialect: Dialect) {
  const { whileShort, otherwise } = limits[dialect]
  const waiting: (() => void)[] = []
  let running = 0
  let shortCallAtMs = -Infinity
  function startNext(): void {
    const limit = performance.now() - shortCallAtMs < recentMs ? whileShort : otherwise
    while (running < limit && waiting.length) {
      running++
      waiting.shift()?.()
    }
  }
  return {
    noteShortCall: (): void => {
      shortCallAtMs = performance.now()
    },
    /** Waits for a free slot, and for a turn on the event loop. Returns a function that frees the slot. */
    acquire: async (): Promise<() => void> => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        startNext()
      })
      let isReleased = false
      const release = () => {
        if (isReleased) return
        isReleased = true
        clearTimeout(timer)
        running--
        startNext()
      }
      const timer = setTimeout(release, slotMs)
      await nextTurn()
      return release
    },
  }
}
