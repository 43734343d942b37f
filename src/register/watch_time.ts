/** A stay as the store has it; times are unix seconds. */
export type StayTimes = {
  enter_time: number
  leave_time: number
  is_comment: number
  /** as another host counted it, where it tells no more */
  watch_time: number | null
}
export type Watching = { watch_time: number; enter_time: number; leave_time: number; is_comment: number }

/**
 * How somebody watched a lesson [start, end), from stays ordered by enter_time: the union of those that overlap it, clipped to it, so
 * that two phones do not count double. Enter and leave are as reported. Nothing, where no stay overlaps. What another host counted stands.
 */
export function watchingOf(stays: readonly StayTimes[], start: number, end: number): Watching | undefined {
  let found: Watching | undefined
  let until = start
  for (const { enter_time, leave_time, is_comment, watch_time } of stays) {
    if (watch_time === null && (enter_time >= end || (leave_time <= start && enter_time < start))) continue
    found ??= { watch_time: 0, enter_time, leave_time, is_comment: 0 }
    found.leave_time = Math.max(found.leave_time, leave_time)
    found.is_comment = Math.max(found.is_comment, is_comment)
    const leave = Math.min(leave_time, end)
    if (watch_time !== null) found.watch_time += watch_time
    else if (leave > until) {
      found.watch_time += leave - Math.max(enter_time, until)
      until = leave
    }
  }
  return found
}
