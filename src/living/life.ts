import { tellLiving } from '../events/tell.ts'
import { dropRegister } from '../register/drop.ts'
import { freezeAsItIs, freezeRegister, thawRegister } from '../register/freeze.ts'
import { tickAgain } from '../register/ticks.ts'
import { Conflict, type Db } from '../store/db.ts'
import { must, type Query } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { checkNotFuture } from './clock.ts'
import { type DueSettings, plannedEnd, startedAt, timesDue } from './due.ts'
import { checkIsOurs } from './ours.ts'
import { refreshRegister, refreshStaleRegisters } from './reopen.ts'
import { abandoned, deleteLiving, type EndedBy, type Living, livingById, overdue, setTimes, state, type Times } from './store.ts'

/**
 * The life of a living: reserved → live → ended. One that is never started expires, one that is called off is cancelled. One that has
 * expired is revived when it is started after all; one that has ended can be reopened for a while. Times are unix seconds; a living is
 * [start, end). Its register follows the roster until the end, and is frozen as of the end.
 */
type Answer = { start_time: number; end_time?: number }

/**
 * `POST /v1/livings/{livingid}/start`: starts a living, corrects its start, or reopens it.
 *
 * @param asked without `at` a living that a stream or the clock ended is reopened, and with `reopen` one that somebody ended
 * @param endGrace seconds after the planned end until which a living can be reopened
 * @throws what `startLiving` and `reopenLiving` throw
 */
export const startOrReopen = (db: Db, living: Living, { at, reopen }: Input<Table['start']>, now: number, endGrace: number) =>
  at === undefined && living.state === state.ended
    ? reopenLiving(db, living, Number(reopen ?? 0) === 1, now, endGrace)
    : startLiving(db, living, at, now)

/**
 * Starts a living. A call with another `at` corrects the start, after the end too.
 *
 * @param at unix seconds, not in the future. Undefined: the start that is stored, or the present second where none is
 * @throws 92006 where it was cancelled, 92008 where it is mirrored, 40058 where `at` is in the future or not before the end
 */
export async function startLiving(db: Db, living: Living, at: number | undefined, now: number): Promise<Answer> {
  checkIsOurs(living)
  if (living.state === state.cancelled) throw new WireError('living_over', 'the living was cancelled')
  const start_time = at ?? living.start_time ?? now
  checkNotFuture('at', start_time, now)
  if (living.end_time !== null && start_time >= living.end_time)
    throw new WireError('bad_request', `at: expected a start before the end (${living.end_time}), got ${start_time}`)
  if (living.state === state.reserved || living.state === state.expired) return begin(db, living, start_time, now)
  return change(db, living, { ...timesOf(living), start_time }, now)
}

/** Starts a living that is reserved or has expired. The register of one that had expired is brought up to the roster again. */
export async function begin(db: Db, living: Living, start_time: number, now: number): Promise<Answer> {
  const isRevived = living.state === state.expired
  const answer = await change(db, living, startedAt(start_time), now, isRevived ? thawRegister(living, now) : [])
  if (isRevived) await refreshRegister(db, living, now)
  return answer
}

/**
 * Makes an ended living live again, and its register follow the roster again. Without `reopen` only one that its stream or the clock ended;
 * else nothing changes.
 *
 * @throws 92006 where `reopen` is asked for after the planned end and the grace, 92008 where it is mirrored
 */
export async function reopenLiving(db: Db, living: Living, reopen: boolean, now: number, endGrace: number): Promise<Answer> {
  checkIsOurs(living)
  if (!reopen && !canReopen(living, now, endGrace)) return answerOf(timesOf(living))
  const until = plannedEnd(living) + endGrace
  if (now >= until) throw new WireError('living_over', `reopen: the living could be reopened until ${until}, its planned end and the grace`)
  const answer = await change(db, living, startedAt(living.start_time as number), now, thawRegister(living, now))
  await refreshRegister(db, living, now)
  return answer
}

/** Whether a start without a time reopens a living: it was ended by its stream or by the clock, and its planned end and the grace are not over. */
export const canReopen = (living: Living, now: number, endGrace: number): boolean =>
  living.state === state.ended && (living.ended_by === 'stream' || living.ended_by === 'clock') && now < plannedEnd(living) + endGrace

/**
 * Ends a living, which freezes its register as of the end. A call with another `at` corrects the end, and the register with it.
 *
 * @param at unix seconds, not in the future. Undefined: the end that is stored, or the present second where none is
 * @throws 92006 where it has not started, 92008 where it is mirrored, 40058 where `at` is in the future or not after the start
 */
export const endLiving = async (
  db: Db,
  living: Living,
  at: number | undefined,
  now: number,
  ended_by: EndedBy = 'call',
): Promise<Answer> => {
  checkIsOurs(living)
  if (living.start_time === null) throw new WireError('living_over', 'the living has not started, so it cannot end')
  const end_time = at ?? living.end_time ?? Math.max(now, living.start_time + 1)
  checkNotFuture('at', end_time, now)
  if (end_time <= living.start_time)
    throw new WireError('bad_request', `at: expected an end after the start (${living.start_time}), got ${end_time}`)
  return change(db, living, { state: state.ended, start_time: living.start_time, end_time, ended_by }, now)
}

/** Writes new times with the ticks and the frozen register that follow from them, and queues the event where the state changes. Idempotent. */
async function change(db: Db, living: Living, next: Times, now: number, more: readonly Query[] = []): Promise<Answer> {
  const isSame = living.state === next.state && living.start_time === next.start_time && living.end_time === next.end_time
  const events = living.state === next.state ? [] : tellLiving(living, next.state, now)
  if (!isSame)
    await db.batch([
      ...events,
      must(setTimes(living, next)),
      ...freezing(living, next, now),
      ...more,
      ...tickAgain(living.corp_no, living.living_no),
    ])
  return answerOf(next)
}

/** The statements that freeze the register where the living ends or its end is corrected. */
function freezing(living: Living, next: Times, now: number): Query[] {
  if (next.end_time === null) return []
  return living.created_at > next.end_time ? [freezeAsItIs(living, now)] : freezeRegister(living, next.end_time, now)
}

const timesOf = ({ state, start_time, end_time, ended_by }: Living): Times => ({ state, start_time, end_time, ended_by })

const answerOf = ({ start_time, end_time }: Times): Answer => ({
  start_time: start_time as number,
  ...(end_time !== null && { end_time }),
})

/**
 * Brings a living to what it has become by now: started by presence, ended, or expired.
 *
 * @returns whether it has changed, by this call or by another process that was faster: then load it again
 */
export async function settle(db: Db, living: Living, now: number, settings: DueSettings): Promise<boolean> {
  const next = await timesDue(db, living, now, settings)
  if (!next) return false
  await change(db, living, next, now).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error
  })
  return true
}

/** Timed work: settles every living whose time is over, deletes livings whose opening broke off an hour ago, finishes reopened registers. */
export async function settleAll(db: Db, now: number, settings: DueSettings): Promise<void> {
  for (const { corp_no, livingid } of await db.all<{ corp_no: number; livingid: string }>(overdue(now, settings.endGrace)))
    await settleFully(db, corp_no, livingid, now, settings)
  for (const { corp_no, living_no } of await db.all<{ corp_no: number; living_no: number }>(abandoned(now - 3600)))
    await db.batch([...dropRegister(corp_no, living_no), deleteLiving(corp_no, living_no)])
  await refreshStaleRegisters(db, now)
}

/** Loads a living and settles it, until nothing is due any more: one that presence started may have to end at once. */
export async function settleFully(
  db: Db,
  corp_no: number,
  livingid: string,
  now: number,
  settings: DueSettings,
): Promise<Living | undefined> {
  for (;;) {
    const [living] = await db.all<Living>(livingById(corp_no, livingid))
    if (!living || !(await settle(db, living, now, settings))) return living
  }
}
