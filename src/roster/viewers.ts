import { LRUCache } from 'lru-cache'
import { inTurns } from '../event_loop.ts'
import type { Db } from '../store/db.ts'
import { type Person, rosterVersionAlone, type ViewerRow, viewersByKey } from './store_viewers.ts'

export type { Person } from './store_viewers.ts'

/** A viewer's number, and whether the viewer is on the roster today: somebody who left may still be on the register of an ended living. */
export type Viewer = { readonly viewer_no: number; readonly isActive: boolean }
export type ViewerLookup = ReturnType<typeof viewerLookup>

/** Userids compare without case, and hold no space. */
const personKey = ({ student_userid, parent_userid }: Person) =>
  parent_userid === undefined ? student_userid.toLowerCase() : `${student_userid} ${parent_userid}`.toLowerCase()

/**
 * Looks up viewers by userids, through a cache, so that a heartbeat costs no query but that of the roster's version. A cached viewer is
 * valid for one roster version; those of earlier versions are never asked for again, and are evicted as the least recently used.
 *
 * @param mostViewers in the cache: 300,000 take some 45 MB
 */
export function viewerLookup(mostViewers = 300_000) {
  // with `max` the cache would allocate 8 MB for 300,000 entries at once, and each response was 5 µs slower beside them
  const cache = new LRUCache<string, Viewer>({ maxSize: mostViewers, sizeCalculation: () => 1 })

  /** Answers in the order asked; undefined for userids that are not on the roster and never were, or are not parent and child. */
  return async (db: Db, corp_no: number, people: readonly Person[]): Promise<(Viewer | undefined)[]> => {
    const [corp] = await db.all<{ roster_version: number }>(rosterVersionAlone(corp_no))
    const prefix = `${corp_no} ${corp?.roster_version ?? 0} `
    const found = people.map((person) => cache.get(prefix + personKey(person)))
    const absent = new Map(people.flatMap((person, index) => (found[index] ? [] : [[personKey(person), person] as const])))
    if (absent.size === 0) return found
    const fresh = new Map<string, Viewer>()
    for await (const some of inTurns([...absent]))
      for (const { key, viewer_no, active } of await db.all<ViewerRow>(viewersByKey(corp_no, some)))
        if (viewer_no !== null) fresh.set(key, { viewer_no, isActive: active === 1 })
    for (const [key, viewer] of fresh) cache.set(prefix + key, viewer)
    return people.map((person, index) => found[index] ?? fresh.get(personKey(person)))
  }
}

/** The numbers of the viewers found, without repetition. */
export const viewerNumbers = (found: readonly (Viewer | undefined)[]) => [...new Set(found.flatMap((viewer) => viewer?.viewer_no ?? []))]

/** People by their userids alone, without repetition: how an answer names those it did not find. */
export const userids = (people: readonly Person[]) =>
  [...new Map(people.map((person) => [personKey(person), person])).values()].map(({ student_userid, parent_userid }) => ({
    student_userid,
    ...(parent_userid !== undefined && { parent_userid }),
  }))
