import { tellLiving } from '../events/tell.ts'
import { dropRegister } from '../register/drop.ts'
import { tickAgain } from '../register/ticks.ts'
import { Conflict, type Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { WireError } from '../wire/errcode.ts'
import { checkNotFuture } from './clock.ts'
import { checkIsOurs } from './ours.ts'
import { abandoned, deleteLiving, type Living, livingById, neverHeld, overdue, setTimes, state } from './store.ts'

/**
 * The life of a living: reserved → live → ended. One that is never started expires, one that is called off is cancelled. Times are unix
 * seconds; a living is [start, end).
 */
type Times = { state: number; start_time: number | null; end_time: number | null }

/**
 * Starts a living. A second call with another `at` corrects the start, after the end too.
 *
 * @param at unix seconds up to now; undefined for now, or for the start that is known
 * @throws 92006 where it was cancelled or has expired, 92008 where it is mirrored, 40058 where `at` is in the future or not before the end
 */
export const startLiving = (db: Db, living: Living, at: number | undefined, now: number) => {
  checkIsOurs(living)
  const start_time = at ?? living.start_time ?? now
  checkNotFuture('at', start_time, now)
  if (neverHeld(living)) throw new WireError('living_over', 'the living was cancelled or has expired')
  if (living.end_time !== null && start_time >= living.end_time)
    throw new WireError('bad_request', `at: expected a start before the end (${living.end_time}), got ${start_time}`)
  const next = living.state === state.reserved ? state.live : living.state
  return change(db, living, { state: next, start_time, end_time: living.end_time }, now)
}

/**
 * Ends a living, which freezes its register. A second call with another `at` corrects the end.
 *
 * @param at unix seconds up to now; undefined for now, or for the end that is known
 * @throws 92006 where it has not started, 92008 where it is mirrored, 40058 where `at` is in the future or not after the start
 */
export const endLiving = (db: Db, living: Living, at: number | undefined, now: number) => {
  checkIsOurs(living)
  if (living.start_time === null) throw new WireError('living_over', 'the living has not started, so it cannot end')
  const end_time = at ?? living.end_time ?? Math.max(now, living.start_time + 1)
  checkNotFuture('at', end_time, now)
  if (end_time <= living.start_time)
    throw new WireError('bad_request', `at: expected an end after the start (${living.start_time}), got ${end_time}`)
  return change(db, living, { state: state.ended, start_time: living.start_time, end_time }, now)
}

/** Writes new times with the ticks that follow from them, and queues the event where the state changes. Idempotent. */
async function change(db: Db, living: Living, next: Times, now: number) {
  const isSame = living.state === next.state && living.start_time === next.start_time && living.end_time === next.end_time
  const events = living.state === next.state ? [] : tellLiving(living, next.state, now)
  if (!isSame) await db.batch([...events, must(setTimes(living, next)), ...tickAgain(living.corp_no, living.living_no)])
  return { start_time: next.start_time as number, ...(next.end_time !== null && { end_time: next.end_time }) }
}

/** What a living has become by now without anybody's call; undefined while its time is not over. `overdue` in store.ts asks the same in SQL. */
function timesDue(living: Living, now: number, endGrace: number): Times | undefined {
  if (living.mirrored_at !== null) return undefined
  const plannedEnd = living.reserve_start + living.reserve_living_duration
  if (living.state === state.reserved && now >= plannedEnd + endGrace) return { state: state.expired, start_time: null, end_time: null }
  if (living.state !== state.live || living.start_time === null) return undefined
  const end_time = Math.max(plannedEnd, living.start_time + living.reserve_living_duration) + endGrace
  return now >= end_time ? { state: state.ended, start_time: living.start_time, end_time } : undefined
}

/**
 * Ends or expires a living whose time is over.
 *
 * @param endGrace seconds after the planned end
 * @returns whether its time was over; then it has been written, by this call or by another process that was faster
 */
export async function settle(db: Db, living: Living, now: number, endGrace: number): Promise<boolean> {
  const next = timesDue(living, now, endGrace)
  if (!next) return false
  await change(db, living, next, now).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error
  })
  return true
}

/** Timed work: settles every living whose time is over, and deletes livings whose opening broke off an hour ago. */
export async function settleAll(db: Db, now: number, endGrace: number): Promise<void> {
  for (const { corp_no, livingid } of await db.all<{ corp_no: number; livingid: string }>(overdue(now, endGrace))) {
    const [living] = await db.all<Living>(livingById(corp_no, livingid))
    if (living) await settle(db, living, now, endGrace)
  }
  for (const { corp_no, living_no } of await db.all<{ corp_no: number; living_no: number }>(abandoned(now - 3600)))
    await db.batch([...dropRegister(corp_no, living_no), deleteLiving(corp_no, living_no)])
}
