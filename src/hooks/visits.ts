import { LRUCache } from 'lru-cache'
import { inTurns } from '../event_loop.ts'
import type { Db } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import { type VisitRow, visitsOf } from './store_links.ts'

/** Seconds by which a heartbeat lengthens a stay at most, at either end. */
export const mostCreditSeconds = 45

/** Stays of one viewer in one living that heartbeats may write: a reload every 15 s for two hours makes 480. */
const mostStays = 500

/** Heartbeats of one viewer: one a second on average, and this many at once. */
const burst = 20

/** The stay that a visit is in, as far as this process knows: from when to when, in unix seconds. */
type Known = { readonly stay_id: string; readonly from: number; readonly to: number }

/** What a process has seen of a viewer. `stays`: by visit. `at`: unix seconds of the latest heartbeat. */
type Seen = { allowance: number; at: number; readonly stays: Map<string, Known> }

/**
 * A heartbeat of a visit of the page, which `name` identifies. It stands for the seconds from `from` to `to`. It continues a stay of its
 * visit that ends at `since` or later, and begins a stay where there is none. All three are unix seconds.
 */
export type Visit = {
  readonly viewer_no: number
  readonly replay: number
  readonly name: string
  readonly from: number
  readonly to: number
  readonly since: number
}

/** What the ids of a visit's stays begin with: all stays of heartbeats begin with "hls". */
const prefixOf = ({ name }: Visit) => `hls ${name} `
const keyOf = (visit: Visit) => `${visit.viewer_no} ${visit.replay} ${prefixOf(visit)}`
/** A stay that begins later than this is not continued by a heartbeat that comes out of order. */
const untilOf = ({ from }: Visit) => from + mostCreditSeconds
const isContinued = (stay: Known, visit: Visit) => stay.to >= visit.since && stay.from <= untilOf(visit)

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

  /** The stay that this process knows a heartbeat to continue. */
  function knownStay(living: Living, visit: Visit): Known | undefined {
    const stay = seenOf(living, visit.viewer_no, visit.to).stays.get(keyOf(visit))
    return stay && isContinued(stay, visit) ? stay : undefined
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
      const stored = new Map<Visit, VisitRow>()
      for await (const some of inTurns(beats.filter((visit) => !knownStay(living, visit)))) {
        const asked = some.map((visit) => ({ ...visit, prefix: prefixOf(visit), until: untilOf(visit) }))
        for (const row of await db.all<VisitRow>(visitsOf(living, asked))) {
          const visit = some[row.place]
          if (visit) stored.set(visit, row)
        }
      }
      return assigned(beats, (visit) => knownStay(living, visit), stored)
    },

    /** Remembers the stay of a heartbeat. To be called once it is written: a stay that was not would be begun too late by the next heartbeat. */
    remember(living: Living, visit: Visit, stay_id: string): void {
      const { stays } = seenOf(living, visit.viewer_no, visit.to)
      for (const [key, { to }] of stays) if (visit.to - to > mostCreditSeconds) stays.delete(key)
      stays.set(keyOf(visit), lengthened(stays.get(keyOf(visit)), stay_id, visit))
    },
  }
}

type Living = Pick<Linked, 'corp_no' | 'living_no'>

/** The id of the stay of each heartbeat: one that is known to this process, begun by a heartbeat before it in the list, stored, or new. */
function assigned(
  beats: readonly Visit[],
  knownStay: (visit: Visit) => Known | undefined,
  stored: ReadonlyMap<Visit, VisitRow>,
): (string | undefined)[] {
  const begunByViewer = new Map<number, number>()
  const ofThese = new Map<string, Known>()
  return beats.map((visit) => {
    const { viewer_no } = visit
    const row = stored.get(visit)
    const begun = begunByViewer.get(viewer_no) ?? 0
    const before = ofThese.get(keyOf(visit))
    let stay_id = knownStay(visit)?.stay_id ?? (before && isContinued(before, visit) ? before.stay_id : row?.stay_id) ?? undefined
    if (stay_id === undefined) {
      if ((row?.stays ?? 0) + begun >= mostStays) return undefined
      stay_id = prefixOf(visit) + visit.from.toString(36)
      begunByViewer.set(viewer_no, begun + 1)
    }
    ofThese.set(keyOf(visit), lengthened(before, stay_id, visit))
    return stay_id
  })
}

/** What is known of a stay after a heartbeat that went into it. */
const lengthened = (known: Known | undefined, stay_id: string, { from, to }: Visit): Known =>
  known?.stay_id === stay_id ? { stay_id, from: Math.min(known.from, from), to: Math.max(known.to, to) } : { stay_id, from, to }
