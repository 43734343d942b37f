import { LRUCache } from 'lru-cache'
import { inTurns } from '../event_loop.ts'
import type { Db } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import { type VisitRow, visitsOf } from './store_links.ts'

/** Seconds without a heartbeat after which the next one begins a new stay. heartbeat.js sends one every 15 s, and begins a new stay after 45 s too. */
const mostGapSeconds = 45

/** Stays of one viewer in one living that heartbeats may write: a reload every 15 s for two hours makes 480. */
const mostStays = 500

/** Heartbeats of one viewer: one a second on average, and this many at once. */
const burst = 20

/** What a process has seen of a viewer. `stays`: by visit, the stay that its latest heartbeat went into, and when that was (unix seconds). */
type Seen = { allowance: number; at: number; readonly stays: Map<string, { stay_id: string; at: number }> }

/** A heartbeat of a visit of the page. `name` is what the page calls the visit, `at` unix seconds. */
export type Visit = { readonly viewer_no: number; readonly replay: number; readonly name: string; readonly at: number }

/** What the ids of a visit's stays begin with: all stays of heartbeats begin with "hls". */
const prefixOf = ({ name }: Visit) => `hls ${name} `
const keyOf = (visit: Visit) => `${visit.viewer_no} ${visit.replay} ${prefixOf(visit)}`

export type Visits = ReturnType<typeof visits>

/**
 * Which stay a heartbeat goes into, and how many heartbeats a viewer may send. A process remembers the stays of the heartbeats that came to
 * it, so that the next one costs no query. It looks in the database for those that came to another process.
 *
 * @param mostViewers remembered: 100,000 take some 75 MB; a heartbeat of any other costs a query
 */
export function visits(mostViewers = 100_000) {
  // with `max` the cache would allocate the lists of all its entries at once
  const cache = new LRUCache<string, Seen>({ maxSize: mostViewers, sizeCalculation: () => 1 })

  function seenOf({ corp_no, living_no }: Living, viewer_no: number, now: number): Seen {
    const key = `${corp_no}/${living_no}/${viewer_no}`
    const seen = cache.get(key) ?? { allowance: burst, at: now, stays: new Map() }
    cache.set(key, seen)
    return seen
  }

  /** The id of the stay that this process knows a visit to be in. */
  function knownStay(living: Living, visit: Visit): string | undefined {
    const stay = seenOf(living, visit.viewer_no, visit.at).stays.get(keyOf(visit))
    return stay && visit.at - stay.at <= mostGapSeconds ? stay.stay_id : undefined
  }

  return {
    /** Whether a viewer may send one more heartbeat at `now` (unix seconds). */
    isAllowed(living: Living, viewer_no: number, now: number): boolean {
      const seen = seenOf(living, viewer_no, now)
      seen.allowance = Math.min(burst, seen.allowance + Math.max(0, now - seen.at))
      seen.at = now
      if (seen.allowance < 1) return false
      seen.allowance--
      return true
    },

    /** The ids of the stays that heartbeats of one living go into, in their order; undefined where the viewer has too many stays. */
    async stayIds(db: Db, living: Living, beats: readonly Visit[]): Promise<(string | undefined)[]> {
      const stored = new Map<string, VisitRow>()
      for await (const some of inTurns(beats.filter((visit) => !knownStay(living, visit)))) {
        const asked = some.map((visit) => ({ ...visit, prefix: prefixOf(visit), since: visit.at - mostGapSeconds }))
        for (const row of await db.all<VisitRow>(visitsOf(living, asked))) stored.set(`${row.viewer_no} ${row.replay} ${row.prefix}`, row)
      }
      const begunByViewer = new Map<number, number>()
      const ofThese = new Map<string, string>()
      return beats.map((visit) => {
        const { viewer_no } = visit
        const row = stored.get(keyOf(visit))
        const begun = begunByViewer.get(viewer_no) ?? 0
        let stay_id = knownStay(living, visit) ?? ofThese.get(keyOf(visit)) ?? row?.stay_id ?? undefined
        if (stay_id === undefined) {
          if ((row?.stays ?? 0) + begun >= mostStays) return undefined
          stay_id = prefixOf(visit) + visit.at.toString(36)
          begunByViewer.set(viewer_no, begun + 1)
        }
        ofThese.set(keyOf(visit), stay_id)
        return stay_id
      })
    },

    /** Remembers the stay of a heartbeat. To be called once it is written: a stay that was not would be begun too late by the next heartbeat. */
    remember(living: Living, visit: Visit, stay_id: string): void {
      const { stays } = seenOf(living, visit.viewer_no, visit.at)
      for (const [key, { at }] of stays) if (visit.at - at > mostGapSeconds) stays.delete(key)
      stays.set(keyOf(visit), { stay_id, at: visit.at })
    },
  }
}

type Living = Pick<Linked, 'corp_no' | 'living_no'>
