import { LRUCache } from 'lru-cache'
import type { Living } from '../../living/store.ts'

export type TickedCache = ReturnType<typeof tickedCache>

/**
 * The viewers known to be ticked, by living and era: within one era no tick is taken back. A heartbeat of such a viewer writes the stay
 * alone, without looking up the line.
 *
 * @param mostLivings in the cache, far more than one process serves at once
 */
export function tickedCache(mostLivings = 1000) {
  const cache = new LRUCache<string, Set<number>>({ max: mostLivings })
  return {
    /** The set of ticked viewer numbers of a living. Add to it whoever is found ticked. */
    of({ corp_no, living_no, livingid, era }: Living): Set<number> {
      // the livingid too: in tests several databases share one process
      const key = `${corp_no}/${living_no}/${livingid}/${era}`
      const ticked = cache.get(key) ?? new Set<number>()
      cache.set(key, ticked)
      return ticked
    },
  }
}
