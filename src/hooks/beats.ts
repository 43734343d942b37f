import { checkPresence, takeStays } from '../attendance/presence/take.ts'
import { livingOf } from '../living/living.ts'
import type { Stay } from '../register/stays.ts'
import { retryOnConflict } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import type { HookContext } from './take.ts'

type Waiting = { stay: Stay; isActive: boolean; resolve: () => void; reject: (error: unknown) => void }

/** Heartbeats written at once at most: as many as a call of `presence` may report. */
const mostBeats = 10_000

/**
 * Group commit for heartbeats, which come one by one from thousands of players. Those of one living that come while the ones before are
 * being written wait, and are written together, so that the more there are, the less each costs.
 *
 * @returns a function that takes one heartbeat and resolves when it is on disk
 */
export function gatherBeats(context: HookContext, clock: () => number) {
  const waitingByLiving = new Map<string, Waiting[]>()

  async function writeAll(key: string, linked: Linked): Promise<void> {
    for (let waiting = waitingByLiving.get(key) ?? []; waiting.length; ) {
      const some = waiting.splice(0, mostBeats)
      try {
        await write(linked, some)
        for (const { resolve } of some) resolve()
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
      waiting = waitingByLiving.get(key) ?? []
    }
    waitingByLiving.delete(key)
  }

  function write(linked: Linked, beats: readonly Waiting[]) {
    const now = clock()
    const stays = beats.map(({ stay }) => stay)
    const inactive = new Set(beats.filter(({ isActive }) => !isActive).map(({ stay }) => stay.viewer_no))
    return retryOnConflict(async () => {
      const living = await livingOf(context.db, linked, linked.livingid, now, context)
      checkPresence(living, stays, now)
      await takeStays(context, living, { stays, inactive, source: 'hls' }, now)
    })
  }

  return (linked: Linked, stay: Stay): Promise<void> =>
    new Promise((resolve, reject) => {
      const key = `${linked.corp_no}/${linked.living_no}`
      const beat = { stay, isActive: linked.active === 1, resolve, reject }
      const waiting = waitingByLiving.get(key)
      if (waiting) waiting.push(beat)
      else {
        waitingByLiving.set(key, [beat])
        setImmediate(() => void writeAll(key, linked))
      }
    })
}
