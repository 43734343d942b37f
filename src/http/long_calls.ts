import { nextTurn } from '../event_loop.ts'

/** Bytes from which on a call is long: reading its body takes 0.2 ms. */
export const longBody = 16_384
/** Whoever asked something short is likely to ask again within so many ms. */
const askedMs = 100
/** ms after which the next begins, whatever holds up the one before: a lock, or a roster of thousands. */
const placeMs = 250
/**
 * Places while short calls come, and else. A PostgreSQL given more works with all its cores, and a page waits among them for one:
 * its p99 while reports of 1,000 stays came in as fast as they were taken was 25 to 69 ms with all at once, 10 to 24 so (bench/README.md).
 * SQLite has one writer, and those who wait for it share a commit: one at a time would be a quarter of the stays.
 */
const places = { sqlite: { asked: Infinity, unasked: Infinity }, postgres: { asked: 1, unasked: 3 } }

/** Calls with long bodies, which are reports and rosters: few are worked on at once, first come, first served. */
export function longCalls(dialect: keyof typeof places) {
  const { asked, unasked } = places[dialect]
  const waiting: (() => void)[] = []
  let running = 0
  let askedAt = -Infinity
  function next(): void {
    const most = performance.now() - askedAt < askedMs ? asked : unasked
    while (running < most && waiting.length) {
      running++
      waiting.shift()?.()
    }
  }
  return {
    shortCame: (): void => {
      askedAt = performance.now()
    },
    /** Waits for a place, and its turn on the thread; what it returns gives the place back. */
    place: async (): Promise<() => void> => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        next()
      })
      let isBack = false
      const giveBack = () => {
        if (isBack) return
        isBack = true
        clearTimeout(late)
        running--
        next()
      }
      const late = setTimeout(giveBack, placeMs)
      await nextTurn()
      return giveBack
    },
  }
}
