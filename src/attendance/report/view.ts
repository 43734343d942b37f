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
  /** percent of the time from the start, or from when the viewer joined, to the end; 0: any */
  minPercent: number
  /** the end of that time: the end, or what is looked at of a living that is live */
  until: number
  /** false for a living that was cancelled or has expired: nobody watched it, and nobody missed it */
  isHeld: boolean
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
  return {
    start,
    // a stay that begins in the very second that is looked at is seen
    end: as_of === undefined ? end : Math.min(end, asOf + 1),
    minSeconds: min_seconds,
    minPercent: min_percent,
    until: Math.min(end, asOf),
    isHeld: !neverHeld(living),
    asOf: as_of === undefined ? undefined : asOf,
  }
}

/**
 * The seconds that count as having watched, for a viewer who is on the register since `since`, in unix seconds.
 */
export const minSecondsOf = ({ start, until, minSeconds, minPercent }: View, since: number): number =>
  start === null ? minSeconds : Math.max(minSeconds, Math.ceil((Math.max(0, until - Math.max(start, since)) * minPercent) / 100))

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
  /** whether the viewer had a stay, which overlaps nothing: one before the start */
  wasThereBefore: boolean
  /** unix seconds: when the line was made */
  since: number
  /** whether the line was made after the end, or after the moment looked at */
  isLater: 'after the end' | 'after the moment' | undefined
}

type Judged = { standing: Standing; reason: Reason; hasWatched: boolean }

/** Where a line stands in a view, the reason that the report gives for it, and whether its viewer has watched enough, expected or not. */
export function reasonOf(view: View, facts: LineFacts, watching: Watching | undefined): Judged {
  if (!view.isHeld) return { standing: 'outside', reason: 'not_held', hasWatched: false }
  const hasWatched = watching !== undefined && watching.watch_time >= minSecondsOf(view, facts.since)
  const standing = standingOf({ ...facts, hasWatched })
  if (standing === 'outside') return { standing, reason: outsideReason(facts, watching), hasWatched }
  if (standing !== 'missing') return { standing, reason: standing, hasWatched }
  return { standing, reason: missingReason(facts, watching), hasWatched }
}

function outsideReason({ isVisitor, isLater, wasInRange }: LineFacts, watching: Watching | undefined): Reason {
  if (isVisitor) return 'visitor'
  if (isLater === 'after the moment') return 'not_yet'
  if (isLater === 'after the end' && !watching) return 'joined_after'
  return wasInRange && !isLater ? 'left' : 'outsider'
}

function missingReason({ sawReplay, wasThereBefore }: LineFacts, watching: Watching | undefined): Reason {
  if (watching) return 'too_short'
  if (sawReplay) return 'replay_only'
  return wasThereBefore ? 'left_before_start' : 'never_came'
}
