import type { Db } from '../store/db.ts'
import { type Living, state, type Times } from './store.ts'
import { anyStayBetween, lastSeen, publishedStream } from './store_evidence.ts'

/** Seconds without any evidence after which nobody is there any more. */
const absenceSeconds = 300
/** Seconds after the planned end at which a living ends whoever is there. */
const mostOverrunSeconds = 4 * 3600

/** When a living ends as planned, in unix seconds: one that started late has its whole duration. */
export const plannedEnd = ({ reserve_start, reserve_living_duration, start_time }: Living): number =>
  Math.max(reserve_start, start_time ?? reserve_start) + reserve_living_duration

/** When a living ends whoever is there, in unix seconds. */
export const latestEnd = (living: Living): number => plannedEnd(living) + mostOverrunSeconds

/** What decides about a living besides the clock. */
export type DueSettings = {
  /** seconds after the planned end at which a living ends or expires by itself */
  readonly endGrace: number
  /** whether presence starts a living that nobody started */
  readonly presenceStarts: boolean
}

/**
 * What a living has become by now without anybody's call; undefined where it stays as it is.
 *
 * - One that nobody started is started, at its planned start, by a stay that overlaps its planned time. Where there is none it expires when
 *   its planned end and the grace are over.
 * - One that nobody ended ends when its planned end and the grace are over, unless it overran: as long as its stream is published, or
 *   anybody was seen within the last five minutes, it goes on, for four hours at most. The end of one that overran is the last moment
 *   anybody was there.
 *
 * @param now unix seconds
 */
export async function timesDue(db: Db, living: Living, now: number, { endGrace, presenceStarts }: DueSettings): Promise<Times | undefined> {
  if (living.mirrored_at !== null) return undefined
  if (living.state !== state.reserved && living.state !== state.live) return undefined
  const planned = plannedEnd(living)
  const due = planned + endGrace
  if (now < due) return undefined
  if (living.state === state.reserved) {
    if (presenceStarts && (await isThere(db, living, living.reserve_start, planned))) return startedAt(living.reserve_start)
    return { state: state.expired, start_time: null, end_time: null, ended_by: null }
  }
  const latest = Math.max(due, latestEnd(living))
  if (now < latest) {
    if (await isThere(db, living, now - absenceSeconds, now + 1)) return undefined
    if ((await db.all(publishedStream(living))).length) return undefined
  }
  const [seen] = await db.all<{ at: number | null }>(lastSeen(living, Math.min(now, latest)))
  const last = Math.min(seen?.at ?? 0, now, latest)
  const end_time = last > due - absenceSeconds ? last : due
  return {
    state: state.ended,
    start_time: living.start_time,
    end_time: Math.max(end_time, (living.start_time ?? 0) + 1),
    ended_by: 'clock',
  }
}

/** The times of a living that has just been started. */
export const startedAt = (start_time: number): Times => ({ state: state.live, start_time, end_time: null, ended_by: null })

/** Whether anybody was there between two moments, in unix seconds. */
export const isThere = async (db: Db, living: Living, from: number, to: number): Promise<boolean> =>
  (await db.all(anyStayBetween(living, from, to))).length > 0
