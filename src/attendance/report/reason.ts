import { type StayTimes, type Watching, watchingOf } from '../../register/watch_time.ts'
import type { reasons } from '../../wire/v1/report.ts'

export type Reason = (typeof reasons)[number]
/** A lesson as somebody looks at it: its bounds, how many seconds count as watched (0: any), and the moment it is seen from. */
export type View = { start: number | null; end: number; atLeast: number; as_of: number | undefined }
export type Standing = { in_range: boolean; is_subscribe: boolean; excused: boolean; once: boolean; isVisitor: boolean }

export const nothingWatched: Watching = { watch_time: 0, enter_time: 0, leave_time: 0, is_comment: 0 }

/** How somebody watched in this view, from stays ordered by enter; nothing before the lesson started. */
export function watchedIn({ start, end }: View, stays: readonly (StayTimes & { replay: number })[]): Watching | undefined {
  if (start === null || stays.length === 0) return undefined
  return watchingOf(
    stays.filter((stay) => stay.replay === 0),
    start,
    end,
  )
}

export const countsAsWatched = (view: View, watching: Watching | undefined) => watching !== undefined && watching.watch_time >= view.atLeast

/** Why a line is as it is: the one place that says. */
export function reasonOf(view: View, standing: Standing, watching: Watching | undefined, sawReplay: boolean): Reason {
  if (standing.isVisitor) return 'visitor'
  if (!standing.in_range) return standing.once ? 'left' : 'outsider'
  if (!standing.is_subscribe) return 'not_subscribed'
  if (standing.excused) return 'excused'
  if (countsAsWatched(view, watching)) return 'watched'
  if (watching) return 'too_short'
  return sawReplay ? 'replay_only' : 'never_came'
}

export const isMissing = (reason: Reason) => reason === 'never_came' || reason === 'too_short' || reason === 'replay_only'
