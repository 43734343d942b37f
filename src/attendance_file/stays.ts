import type { IdentityStay } from '../identity/report.ts'
import type { Visit } from './visits.ts'

/** When a living is held, and the present moment, in unix seconds. `end` is the planned end while it has not ended. */
export type Held = { readonly start: number; readonly end: number; readonly now: number }

/** The stays of a file, and in how many of them times had to be taken for others. */
export type FileStays = {
  readonly stays: readonly IdentityStay[]
  /** rows with a duration and no times: credited from the start of the living on */
  readonly fromStart: number
  /** rows with first entry, last exit and a shorter duration: credited from the first entry on */
  readonly fromFirstEntry: number
  /** stays that lie outside of the living */
  readonly outside: number
}

/** A difference between a duration and its times that comes of rounding to minutes. */
const roundingSeconds = 60

/**
 * The stays that the rows of a file stand for. A stay's id is made of its times, so that the same file twice, and a later file of the same
 * meeting with more rows, come to the same stays.
 */
export function staysOf(visits: readonly Visit[], source: string, { start, end, now }: Held): FileStays {
  let fromStart = 0
  let fromFirstEntry = 0
  const stays = visits.map(({ person, enter, leave, duration, isSummary }): IdentityStay => {
    const stay = (stay_id: string, enter_time: number, leave_time: number) => ({
      source,
      ...person,
      stay_id,
      enter_time,
      leave_time: Math.max(enter_time, Math.min(leave_time, now)),
    })
    if (enter === undefined) {
      fromStart++
      return stay(`for ${duration}`, start, start + (duration ?? 0))
    }
    if (leave === undefined) return stay(`at ${enter}`, enter, duration === undefined ? end : enter + duration)
    if (isSummary && duration !== undefined && duration + roundingSeconds < leave - enter) {
      fromFirstEntry++
      return stay(`at ${enter} for ${duration}`, enter, enter + duration)
    }
    return stay(`at ${enter} to ${leave}`, enter, leave)
  })
  const outside = stays.filter(({ enter_time, leave_time }) => enter_time >= end || (leave_time <= start && enter_time < start)).length
  return { stays, fromStart, fromFirstEntry, outside }
}
