/** A stay as the store has it; times are unix seconds. */
export type StayTimes = { enter_time: number; leave_time: number; is_comment: number }
export type Watching = { watch_time: number; enter_time: number; leave_time: number; is_comment: number }

/**
 * How somebody watched a lesson [start, end), from stays ordered by enter_time: the union of those that overlap it, clipped to it, so
 * that two phones do not count double. Enter and leave are as reported. Nothing, where no stay overlaps.
 */
export function watchingOf(stays: readonly StayTimes[], start: number, end: number): Watching | undefined {
  let found: Watching | undefined
  let until = start
  for (const { enter_time, leave_time, is_comment } of stays) {
    if (enter_time >= end || (leave_time <= start && enter_time < start)) continue
    found ??= { watch_time: 0, enter_time, leave_time, is_comment: 0 }
    found.leave_time = Math.max(found.leave_time, leave_time)
    found.is_comment = Math.max(found.is_comment, is_comment)
    const leave = Math.min(leave_time, end)
    if (leave > until) {
      found.watch_time += leave - Math.max(enter_time, until)
      until = leave
    }
  }
  return found
}
