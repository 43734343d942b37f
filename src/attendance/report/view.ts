import type { Living } from '../../living/store.ts'
import { neverHeld } from '../../living/store.ts'
import { type Standing, standingOf } from '../../register/standing.ts'
import { type StayTimes, type Watching, watchingOf } from '../../register/watch_time.ts'
import type { Input } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import type { reasons } from '../../wire/v1/report.ts'

export type Reason = (typeof reasons)[number]

/** A living as a report looks at it. Times are unix seconds. */
export type View = {
  /** null where nobody can have watched: never held, or not started yet */
  start: number | null
  end: number
  /** seconds that count as having watched; 0: any */
  minSeconds: number
  /** the moment the register is seen from; undefined for today's */
  asOf: number | undefined
}

type Asked = Pick<Input<Table['report']>, 'min_seconds' | 'min_percent' | 'as_of'>

/**
 * The view that a report asks for. `min_percent` is of the living so far.
 *
 * @param asOf unix seconds: what is asked for, or now
 */
export function viewOf(living: Living, { min_seconds = 0, min_percent = 0, as_of }: Asked, asOf: number): View {
  const start = neverHeld(living) || living.start_time === null || living.start_time > asOf ? null : living.start_time
  const end = living.end_time ?? Infinity
  const length = start === null ? 0 : Math.max(0, Math.min(end, asOf) - start)
  return {
    start,
    // a stay that begins in the very second that is looked at is seen
    end: as_of === undefined ? end : Math.min(end, asOf + 1),
    minSeconds: Math.max(min_seconds, Math.ceil((length * min_percent) / 100)),
    asOf: as_of === undefined ? undefined : asOf,
  }
}

/** How a viewer watched in this view; undefined where no stay overlaps it. `stays` are of one viewer, ordered by enter_time. */
export function watchedIn({ start, end }: View, stays: readonly (StayTimes & { replay: number })[]): Watching | undefined {
  if (start === null || stays.length === 0) return undefined
  return watchingOf(
    stays.filter((stay) => stay.replay === 0),
    start,
    end,
  )
}

/** What the reason of a line depends on, beside how its viewer watched. */
export type LineFacts = {
  in_range: boolean
  is_subscribe: boolean
  isExcused: boolean
  wasInRange: boolean
  isVisitor: boolean
  sawReplay: boolean
}

/** Where a line stands in a view, and the reason that the report gives for it. */
export function reasonOf(view: View, facts: LineFacts, watching: Watching | undefined): { standing: Standing; reason: Reason } {
  const hasWatched = watching !== undefined && watching.watch_time >= view.minSeconds
  const standing = standingOf({ ...facts, hasWatched })
  if (standing === 'outside') return { standing, reason: facts.isVisitor ? 'visitor' : facts.wasInRange ? 'left' : 'outsider' }
  if (standing !== 'missing') return { standing, reason: standing }
  if (watching) return { standing, reason: 'too_short' }
  return { standing, reason: facts.sawReplay ? 'replay_only' : 'never_came' }
}
