import { tellLiving } from '../events/tell.ts'
import { dropRegister } from '../register/lines.ts'
import { tickAgain } from '../register/ticks.ts'
import { Conflict, type Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { clockSkew } from '../wire/clock.ts'
import { WireError } from '../wire/errcode.ts'
import { checkOurs } from './ours.ts'
import { abandoned, deleteLiving, type Living, livingById, overdue, setTimes, state } from './store.ts'

/** reserved → live → ended; never started: expired; called off: cancelled. Times are unix seconds, a lesson is [start, end). */
type Next = { state: number; start_time: number | null; end_time: number | null }

function checkNotFuture(field: string, at: number, now: number): void {
  if (at > now + clockSkew) throw new WireError('bad_request', `${field}: ${at} is in the future, expected unix seconds up to now (${now})`)
}

/** The first call starts it; a later one with another `at` corrects the time, after the end too. */
export const startLiving = (db: Db, living: Living, at: number | undefined, now: number) => {
  checkOurs(living)
  const start_time = at ?? living.start_time ?? now
  checkNotFuture('at', start_time, now)
  if (living.state === state.expired || living.state === state.cancelled)
    throw new WireError('living_over', 'the living was cancelled or has expired')
  if (living.end_time !== null && start_time >= living.end_time)
    throw new WireError('bad_request', `at: expected a start before the end (${living.end_time}), got ${start_time}`)
  return change(
    db,
    living,
    { state: living.state === state.reserved ? state.live : living.state, start_time, end_time: living.end_time },
    now,
  )
}

/** The first call ends it and freezes the register; a later one with another `at` corrects the time alone. */
export const endLiving = (db: Db, living: Living, at: number | undefined, now: number) => {
  checkOurs(living)
  if (living.start_time === null) throw new WireError('living_over', 'the living has not started, so it cannot end')
  const end_time = at ?? living.end_time ?? Math.max(now, living.start_time + 1)
  checkNotFuture('at', end_time, now)
  if (end_time <= living.start_time)
    throw new WireError('bad_request', `at: expected an end after the start (${living.start_time}), got ${end_time}`)
  return change(db, living, { state: state.ended, start_time: living.start_time, end_time }, now)
}

async function change(db: Db, living: Living, next: Next, now: number) {
  const same = living.state === next.state && living.start_time === next.start_time && living.end_time === next.end_time
  const told = living.state === next.state ? [] : tellLiving(living, next.state, now)
  if (!same) await db.batch([...told, must(setTimes(living, next)), ...tickAgain(living.corp_no, living.living_no)])
  return { start_time: next.start_time as number, ...(next.end_time !== null && { end_time: next.end_time }) }
}

/** What has become of a living by now without anybody's call; nothing while its time is not over. */
function due(living: Living, now: number, grace: number): Next | undefined {
  if (living.mirrored_at !== null) return undefined
  const plannedEnd = living.reserve_start + living.reserve_living_duration
  if (living.state === state.reserved && now >= plannedEnd + grace) return { state: state.expired, start_time: null, end_time: null }
  if (living.state !== state.live || living.start_time === null) return undefined
  const end_time = Math.max(plannedEnd, living.start_time + living.reserve_living_duration) + grace
  return now >= end_time ? { state: state.ended, start_time: living.start_time, end_time } : undefined
}

/** Whether it was due, and so has been ended or expired, by us or by somebody quicker. */
export async function settle(db: Db, living: Living, now: number, grace: number): Promise<boolean> {
  const next = due(living, now, grace)
  if (!next) return false
  await change(db, living, next, now).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error
  })
  return true
}

/** The timed work: ends what is over, though nobody asks for it, and clears livings whose opening broke off an hour ago. */
export async function settleAll(db: Db, now: number, grace: number): Promise<void> {
  for (const { corp_no, livingid } of await db.all<{ corp_no: number; livingid: string }>(overdue(now, grace))) {
    const [living] = await db.all<Living>(livingById(corp_no, livingid))
    if (living) await settle(db, living, now, grace)
  }
  for (const { corp_no, living_no } of await db.all<{ corp_no: number; living_no: number }>(abandoned(now - 3600)))
    await db.batch([...dropRegister(corp_no, living_no), deleteLiving(corp_no, living_no)])
}
