/** A stay as the database has it; times are unix seconds. */
export type StayTimes = {
  enter_time: number
  leave_time: number
  is_comment: number
  /** seconds as another host counted them, for a stay mirrored from there; else null */
  watch_time: number | null
}

/** How a viewer watched a living: seconds watched, first enter and last leave (unix seconds), and whether they commented (0 or 1). */
export type Watching = { watch_time: number; enter_time: number; leave_time: number; is_comment: number }

/**
 * How a viewer watched the living [start, end): the seconds of the union of the stays that overlap it, clipped to it, so that two devices
 * at once do not count double. Enter and leave are not clipped. Seconds that another host counted are added as they are.
 *
 * @param stays of one viewer, ordered by enter_time
 * @returns undefined where no stay overlaps the living
 */
export function watchingOf(stays: readonly StayTimes[], start: number, end: number): Watching | undefined {
  let found: Watching | undefined
  let coveredUntil = start
  for (const { enter_time, leave_time, is_comment, watch_time } of stays) {
    if (watch_time === null && (enter_time >= end || (leave_time <= start && enter_time < start))) continue
    found ??= { watch_time: 0, enter_time, leave_time, is_comment: 0 }
    found.leave_time = Math.max(found.leave_time, leave_time)
    found.is_comment = Math.max(found.is_comment, is_comment)
    const leave = Math.min(leave_time, end)
    if (watch_time !== null) found.watch_time += watch_time
    else if (leave > coveredUntil) {
      found.watch_time += leave - Math.max(enter_time, coveredUntil)
      coveredUntil = leave
    }
  }
  return found
}
