import { stayOf } from '../attendance/presence/stays.ts'
import { checkPresence, takeStays } from '../attendance/presence/take.ts'
import { livingOf } from '../living/living.ts'
import { retryOnConflict } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import type { HookContext } from './sessions.ts'
import type { Visit, Visits } from './visits.ts'

type Waiting = { visit: Visit; isActive: boolean; resolve: (stay_id: string | undefined) => void; reject: (error: unknown) => void }

/** Heartbeats written at once at most: as many as a call of `presence` may report. */
const mostBeats = 10_000

/**
 * Group commit for heartbeats, which come one by one from thousands of players. Those of one living that come while the ones before are
 * being written wait, and are written together, so that the more there are, the less each costs.
 *
 * @returns a function that takes one heartbeat, and resolves to the id of its stay when it is on disk; to undefined where the viewer has too
 *   many stays, and nothing is written
 */
export function gatherBeats(context: HookContext, visits: Visits, clock: () => number) {
  const waitingByLiving = new Map<string, Waiting[]>()

  async function writeAll(key: string, linked: Linked): Promise<void> {
    for (let waiting = waitingByLiving.get(key) ?? []; waiting.length; ) {
      const some = waiting.splice(0, mostBeats)
      try {
        const stayIds = await write(linked, some)
        for (const [index, { resolve }] of some.entries()) resolve(stayIds[index])
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
      waiting = waitingByLiving.get(key) ?? []
    }
    waitingByLiving.delete(key)
  }

  async function write(linked: Linked, beats: readonly Waiting[]): Promise<(string | undefined)[]> {
    const now = clock()
    const stayIds = await visits.stayIds(
      context.db,
      linked,
      beats.map(({ visit }) => visit),
    )
    const stays = beats.flatMap(({ visit: { viewer_no, replay, at } }, index) => {
      const stay_id = stayIds[index]
      return stay_id === undefined ? [] : [stayOf(viewer_no, { stay_id, enter_time: at, replay })]
    })
    const inactive = new Set(beats.filter(({ isActive }) => !isActive).map(({ visit }) => visit.viewer_no))
    await retryOnConflict(async () => {
      const living = await livingOf(context.db, linked, linked.livingid, now, context)
      checkPresence(living, stays, now)
      await takeStays(context, living, { stays, inactive, source: 'hls' }, now)
    })
    for (const [index, { visit }] of beats.entries()) {
      const stay_id = stayIds[index]
      if (stay_id !== undefined) visits.remember(linked, visit, stay_id)
    }
    return stayIds
  }

  return (linked: Linked, visit: Visit): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const key = `${linked.corp_no}/${linked.living_no}`
      const beat = { visit, isActive: linked.active === 1, resolve, reject }
      const waiting = waitingByLiving.get(key)
      if (waiting) waiting.push(beat)
      else {
        waitingByLiving.set(key, [beat])
        setImmediate(() => void writeAll(key, linked))
      }
    })
}
