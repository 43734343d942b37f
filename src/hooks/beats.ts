import { stayOf } from '../attendance/presence/stays.ts'
import { checkPresence, takeStays } from '../attendance/presence/take.ts'
import { livingOf } from '../living/living.ts'
import type { Living } from '../living/store.ts'
import { retryOnConflict } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import { type LivingState, livingState } from './living_state.ts'
import type { HookContext } from './sessions.ts'
import { mostCreditSeconds, type Visit, type Visits } from './visits.ts'

/** The stay that a heartbeat went into, undefined where the viewer has too many; and how the living stood when it was written. */
type Taken = { readonly stay_id: string | undefined; readonly living: LivingState }
type Waiting = { visit: Visit; isActive: boolean; resolve: (taken: Taken) => void; reject: (error: unknown) => void }

/** Heartbeats written at once at most: as many as a call of `presence` may report. */
const mostBeats = 10_000

/**
 * Group commit for heartbeats, which come one by one from thousands of players. Those of one living that come while the ones before are
 * being written wait, and are written together, so that the more there are, the less each costs.
 *
 * @returns a function that takes one heartbeat, and resolves when it is on disk. Nothing is written where the viewer has too many stays, and
 *   of a late heartbeat what lies outside of the living.
 */
export function gatherBeats(context: HookContext, visits: Visits, clock: () => number) {
  const waitingByLiving = new Map<string, Waiting[]>()

  async function writeAll(key: string, linked: Linked): Promise<void> {
    for (let waiting = waitingByLiving.get(key) ?? []; waiting.length; ) {
      const some = waiting.splice(0, mostBeats)
      try {
        const { stayIds, living } = await write(linked, some)
        for (const [index, { resolve }] of some.entries()) resolve({ stay_id: stayIds[index], living })
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
      waiting = waitingByLiving.get(key) ?? []
    }
    waitingByLiving.delete(key)
  }

  async function write(linked: Linked, beats: readonly Waiting[]) {
    const now = clock()
    const stayIds = await visits.stayIds(
      context.db,
      linked,
      beats.map(({ visit }) => visit),
    )
    const inactive = new Set(beats.filter(({ isActive }) => !isActive).map(({ visit }) => visit.viewer_no))
    const { living, written } = await retryOnConflict(async () => {
      const living = await livingOf(context.db, linked, linked.livingid, now, context)
      const stays = beats.flatMap(({ visit }, index) => {
        const stay_id = stayIds[index]
        const times = stay_id !== undefined && creditedTimes(visit, living, now)
        return times ? [stayOf(visit.viewer_no, { stay_id, replay: visit.replay, ...times })] : []
      })
      checkPresence(living, stays, now)
      const { refused } = await takeStays(context, living, { stays, inactive, source: 'hls' }, now)
      const written = new Set(stays.filter(({ viewer_no }) => !refused.includes(viewer_no)).map(({ stay_id }) => stay_id))
      return { living: livingState(living), written }
    })
    for (const [index, { visit }] of beats.entries()) {
      const stay_id = stayIds[index]
      if (stay_id !== undefined && written.has(stay_id)) visits.remember(linked, visit, stay_id)
    }
    return { stayIds, living }
  }

  return (linked: Linked, visit: Visit): Promise<Taken> =>
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

/**
 * The times that a heartbeat is credited with. One that comes late is credited with no time outside of the living, once the living has
 * started: such times cannot be checked against anything else. Undefined where nothing is left.
 */
function creditedTimes({ from, to, replay }: Visit, { start_time, end_time }: Living, now: number) {
  if (replay || start_time === null || now - to <= mostCreditSeconds) return { enter_time: from, leave_time: to }
  const [enter_time, leave_time] = [Math.max(from, start_time), Math.min(to, end_time ?? to)]
  return enter_time < leave_time ? { enter_time, leave_time } : undefined
}
