import { createHash } from 'node:crypto'
import { checkNotFuture } from '../../living/clock.ts'
import type { Stay } from '../../register/stays.ts'
import type { Input } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'

/** A stay as the wire reports one. */
export type ReportedStay = Input<Table['presence']>['stays'][number]
type StayTimes = Pick<ReportedStay, 'enter_time' | 'leave_time'>

/** Throws 40058, naming index and field, where a stay ends before it begins or lies in the future. */
export function checkStayTimes(stays: readonly StayTimes[], now: number): void {
  for (const [index, stay] of stays.entries()) checkTimes(`stays[${index}].`, stay, now)
}

function checkTimes(prefix: string, { enter_time, leave_time }: StayTimes, now: number): void {
  checkNotFuture(`${prefix}enter_time`, enter_time, now)
  if (leave_time === undefined) return
  checkNotFuture(`${prefix}leave_time`, leave_time, now)
  if (leave_time < enter_time)
    throw new WireError('bad_request', `${prefix}leave_time: expected ${enter_time} (enter_time) or later, got ${leave_time}`)
}

/** The stays of a report whose times are good, and the others by their index, each with what is wrong with it. */
export function sortedOut(
  stays: readonly ReportedStay[],
  now: number,
): { good: ReportedStay[]; refused: { index: number; reason: string }[] } {
  const good: ReportedStay[] = []
  const refused: { index: number; reason: string }[] = []
  for (const [index, stay] of stays.entries()) {
    try {
      checkTimes('', stay, now)
      good.push(stay)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      refused.push({ index, reason: error.message })
    }
  }
  return { good, refused }
}

/** A reported stay with its defaults: without an id it is named after its enter_time, without leave_time it is a moment. */
export const stayOf = (
  viewer_no: number,
  stay: Omit<ReportedStay, 'student_userid' | 'parent_userid' | 'visitor_id' | 'nickname'>,
): Stay => ({
  viewer_no,
  replay: Number(stay.replay ?? 0),
  stay_id: stay.stay_id ?? `@${stay.enter_time}`,
  enter_time: stay.enter_time,
  leave_time: stay.leave_time ?? stay.enter_time,
  is_comment: Number(stay.is_comment ?? 0),
})

/**
 * A visitor's viewer number: below zero, a pseudonym made from the visitor's id, which is not stored. It has 52 bits, so that among 10,000
 * visitors of a living two collide once in 10^8 livings.
 */
export const visitorNumber = (visitor_id: string) => -1 - Number(createHash('sha256').update(visitor_id).digest().readBigUInt64BE() >> 12n)

/** The order of the primary key: two writers that lock rows in the same order do not deadlock. */
const byKey = (a: Stay, b: Stay) =>
  a.viewer_no - b.viewer_no || a.replay - b.replay || (a.stay_id < b.stay_id ? -1 : Number(a.stay_id > b.stay_id))

/** Stays in the order of their key, those of the same key merged into one: PostgreSQL refuses an upsert that meets a row twice. */
export function mergedStays(stays: readonly Stay[]): Stay[] {
  const merged: Stay[] = []
  for (const stay of stays.toSorted(byKey)) {
    const last = merged.at(-1)
    if (last && byKey(last, stay) === 0)
      merged[merged.length - 1] = {
        ...last,
        enter_time: Math.min(last.enter_time, stay.enter_time),
        leave_time: Math.max(last.leave_time, stay.leave_time),
        is_comment: Math.max(last.is_comment, stay.is_comment),
      }
    else merged.push(stay)
  }
  return merged
}
