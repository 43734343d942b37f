import { sha256 } from '../access/token.ts'
import { stayOf } from '../attendance/presence/stays.ts'
import { checkPresence, type PresenceContext, takeStays } from '../attendance/presence/take.ts'
import type { DueSettings } from '../living/due.ts'
import { type Living, neverHeld, nextEra } from '../living/store.ts'
import { type Cut, cutStays } from '../register/stays.ts'
import { tickViewersAgain } from '../register/ticks.ts'
import type { ViewerLookup } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { must } from '../store/sql.ts'
import type { LinkReader } from './link_token.ts'
import type { Adapter, ViewerSignal } from './signal.ts'
import { openSessions, putSession, type SessionRow } from './store.ts'

/** What hooks need of the server. */
export type HookContext = PresenceContext &
  DueSettings & {
    readonly secrets: Secrets
    readonly viewers: ViewerLookup
    readonly readLink: LinkReader
    /** whether a stream that begins starts its living, and a stream that stays away ends it */
    readonly publishStarts: boolean
    /** seconds before the planned start from which on a stream that begins starts its living */
    readonly publishEarly: number
  }

/** Seconds without a beat after which a session that has had one did not go on: nginx sends one every 30 s. */
const mostBeatGapSeconds = 35
/** Tolerance in seconds when the reported beginnings of two connections are compared: nginx reports a duration in whole seconds. */
const sameBeginningSeconds = 10

/**
 * A session after a signal; undefined where the signal says nothing new.
 *
 * - Whoever enters after having left begins a new stay. So does everybody who enters, where the server uses session names again. An enter
 *   that is older than the session was delivered twice.
 * - A beat of a connection that began at another time, or after a gap, begins a new stay.
 * - A leave is reported twice by some servers: the first one counts. The session of one that comes before its enter began when the server says
 *   so, else at that moment.
 */
export function sessionAfter(
  { kind, reuses, isTimed }: Adapter,
  known: SessionRow | undefined,
  signal: ViewerSignal,
  owner: Pick<SessionRow, 'corp_no' | 'hook_no' | 'session' | 'living_no' | 'viewer_no'>,
): SessionRow | undefined {
  const since = Math.min(signal.since ?? signal.at, signal.at)
  const begun = (hasTime: boolean): SessionRow => ({
    ...owner,
    stay_id: stayId(kind, signal.session, hasTime ? since : 0),
    enter_time: since,
    left_at: signal.is === 'leave' ? signal.at : null,
    beat_at: signal.is === 'beat' ? signal.at : 0,
  })
  if (!known) return signal.isAborted ? undefined : begun(reuses)
  const merged = { ...known, enter_time: Math.min(known.enter_time, since) }
  if (signal.is === 'leave') {
    if (known.left_at !== null) return signal.since === undefined ? undefined : merged
    const isOfEarlierStay = isTimed === true && signal.at < known.enter_time
    return isOfEarlierStay ? undefined : { ...merged, left_at: Math.max(signal.at, known.enter_time) }
  }
  if (signal.is === 'beat') return isSameConnection(known, signal) ? { ...merged, left_at: null, beat_at: signal.at } : begun(true)
  if (reuses) return begun(true)
  if (known.left_at === null) return since < known.enter_time ? undefined : known
  const isEnterOfLeave = known.left_at === known.enter_time && since <= known.left_at
  if (isEnterOfLeave || since < known.left_at) return merged
  return begun(true)
}

/** Whether a beat continues the stay of its session. */
function isSameConnection(known: SessionRow, { since, at }: ViewerSignal): boolean {
  if (since !== undefined) return Math.abs(since - known.enter_time) <= sameBeginningSeconds
  return known.left_at === null && at - Math.max(known.beat_at, known.enter_time) <= 3 * mostBeatGapSeconds
}

/**
 * Begins with the kind of the hook, which the timeline shows as the source. A stay id has 64 characters at most, and a session of
 * BigBlueButton has more: its end tells two sessions of a viewer apart, so a digest takes its place.
 */
function stayId(kind: string, session: string, since: number): string {
  const head = `${kind} ${since ? `${since} ` : ''}`
  return head + (head.length + session.length > 64 ? sha256(session).slice(0, 32) : session)
}
const kindOfStay = (stay_id: string) => stay_id.split(' ')[0] ?? ''

/**
 * Writes a session and its stay, from its beginning to `until`, in one batch. The stay of one that has left ends there, also where it had grown
 * further meanwhile: the end of HLS is reported minutes late. Returns false where the stay is refused; then neither is written.
 */
export async function takeSessionStay(
  context: HookContext,
  living: Living,
  session: SessionRow,
  until: number,
  isActive: boolean,
  now: number,
): Promise<boolean> {
  const { viewer_no, stay_id, enter_time } = session
  const stay = stayOf(viewer_no, { stay_id, enter_time, leave_time: Math.max(enter_time, until) })
  checkPresence(living, [stay], now)
  const presence = { stays: [stay], inactive: new Set(isActive ? [] : [viewer_no]), source: kindOfStay(stay_id) }
  const cuts = session.left_at === null ? [] : [{ viewer_no, stay_id, leave_time: stay.leave_time }]
  const { refused } = await takeStays(context, living, presence, now, [
    putSession(session),
    ...(cuts.length ? [cutStays(living, cuts)] : []),
  ])
  const isBeforeStart = living.start_time !== null && enter_time < living.start_time && stay.leave_time <= living.start_time
  if (cuts.length && isBeforeStart) await cutAndTickAgain(context.db, living, cuts)
  return refused.length === 0
}

/**
 * Cuts stays that had grown too far, and takes back the ticks that came of it. The era moves, so that no process goes on believing that these
 * viewers are ticked.
 */
export const cutAndTickAgain = (db: Db, living: Living, cuts: readonly Cut[]) =>
  db.batch([
    must(nextEra(living)),
    cutStays(living, cuts),
    ...tickViewersAgain(living.corp_no, living.living_no, [...new Set(cuts.map(({ viewer_no }) => viewer_no))]),
  ])

/** Closes the sessions of a living that were open at `at`: they left then, and those whose beats had ceased before, at the last beat. */
export async function closeSessions(context: HookContext, living: Living, hook_no: number, at: number, now: number): Promise<void> {
  for (const session of await context.db.all<SessionRow>(openSessions(living, hook_no))) {
    const { beat_at, enter_time } = session
    if (enter_time > at) continue
    const left_at = beat_at > 0 && at - beat_at > mostBeatGapSeconds ? beat_at : at
    // whoever has a session has a line, so it does not matter whether the viewer is still on the roster
    if (neverHeld(living)) await context.db.batch([putSession({ ...session, left_at })])
    else await takeSessionStay(context, living, { ...session, left_at }, left_at, true, now)
  }
}
