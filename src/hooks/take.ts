import { sha256 } from '../access/token.ts'
import { stayOf } from '../attendance/presence/stays.ts'
import { checkPresence, type PresenceContext, takeStays } from '../attendance/presence/take.ts'
import type { DueSettings } from '../living/due.ts'
import { canReopen, endLiving, reopenLiving, startLiving } from '../living/life.ts'
import { livingOf } from '../living/living.ts'
import { type Living, neverHeld } from '../living/store.ts'
import type { ViewerLookup } from '../roster/viewers.ts'
import { retryOnConflict } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { WireError } from '../wire/errcode.ts'
import type { LinkReader } from './link_token.ts'
import { type Adapter, type Signal, validSignal } from './signal.ts'
import {
  forgetSessions,
  forgetStream,
  type GoneStream,
  goneSince,
  type HookRow,
  openSessions,
  putSession,
  type SessionRow,
  sessionOf,
  streamGone,
  streamIsPublished,
} from './store.ts'

/** What hooks need of the server. */
export type HookContext = PresenceContext &
  DueSettings & {
    readonly secrets: Secrets
    readonly viewers: ViewerLookup
    readonly readLink: LinkReader
    /** whether a stream that begins starts its living, and a stream that stays away ends it */
    readonly publishStarts: boolean
  }

/**
 * Takes one signal of a streaming server.
 *
 * @returns whether the server may let it happen: not for a viewer without a valid link or identity, nor for a stream that is no living of
 *   the hook's app, or one that is over, nor for a signal that is not `validSignal`
 */
export async function takeSignal(context: HookContext, adapter: Adapter, hook: HookRow, signal: Signal, now: number): Promise<boolean> {
  const taken = validSignal(signal, now)
  if (!taken) return false
  try {
    return await retryOnConflict(() =>
      'who' in taken ? takeViewerSignal(context, adapter, hook, taken, now) : takeStreamSignal(context, hook, taken, now),
    )
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}

type StreamSignal = Extract<Signal, { is: 'publish' | 'unpublish' }>
type ViewerSignal = Exclude<Signal, StreamSignal>

async function takeStreamSignal(context: HookContext, hook: HookRow, { is, stream, at }: StreamSignal, now: number) {
  const { db, endGrace, publishStarts } = context
  const living = await livingOf(db, hook, stream, now, context)
  if (!publishStarts) return true
  if (is === 'unpublish') {
    await db.batch([streamGone(living, hook.hook_no, at)])
    return true
  }
  await db.batch([streamIsPublished(living, hook.hook_no)])
  if (canReopen(living, now, endGrace)) await reopenLiving(db, living, false, now, endGrace)
  else if (living.start_time === null) await startLiving(db, living, Math.min(at, now), now)
  else return living.end_time === null
  return true
}

async function takeViewerSignal(
  context: HookContext,
  adapter: Adapter,
  hook: HookRow,
  signal: ViewerSignal,
  now: number,
): Promise<boolean> {
  const { db } = context
  const watching = await watchingAs(context, hook, signal, now)
  if (!watching) return false
  const living = await livingOf(db, hook, watching.livingid, now, context)
  const [known] = await db.all<SessionRow>(sessionOf(hook.corp_no, hook.hook_no, signal.session))
  const session = sessionAfter(adapter, known, signal, {
    corp_no: hook.corp_no,
    hook_no: hook.hook_no,
    session: signal.session,
    living_no: living.living_no,
    viewer_no: watching.viewer_no,
  })
  const until = signal.is === 'enter' ? session.enter_time : signal.at
  return takeSessionStay(context, living, session, until, adapter.kind, watching.isActive, now)
}

/** Writes a session and its stay, from its beginning to `until`, in one batch. Returns false where the stay is refused; then neither is written. */
async function takeSessionStay(
  context: HookContext,
  living: Living,
  session: SessionRow,
  until: number,
  source: string,
  isActive: boolean,
  now: number,
): Promise<boolean> {
  const { viewer_no, stay_id, enter_time } = session
  const stay = stayOf(viewer_no, { stay_id, enter_time, leave_time: Math.max(enter_time, until) })
  checkPresence(living, [stay], now)
  const presence = { stays: [stay], inactive: new Set(isActive ? [] : [viewer_no]), source }
  const { refused } = await takeStays(context, living, presence, now, [putSession(session)])
  return refused.length === 0
}

/**
 * A session after a signal. One that has left stays left when its beginning is reported late; it begins a new stay only for a server that
 * uses session names again. A session that is not known yet began when the server says so, else now.
 */
function sessionAfter(
  { kind, reuses }: Adapter,
  known: SessionRow | undefined,
  signal: ViewerSignal,
  owner: Omit<SessionRow, 'stay_id' | 'enter_time' | 'left_at'>,
): SessionRow {
  const since = Math.min(signal.since ?? signal.at, signal.at)
  const isNew = !known || (signal.is === 'enter' && reuses) || (signal.is === 'beat' && known.left_at !== null)
  const session = isNew
    ? { ...owner, stay_id: stayId(kind, signal.session, reuses ? since : 0), enter_time: since, left_at: null }
    : { ...known, enter_time: Math.min(known.enter_time, since) }
  return signal.is === 'leave' ? { ...session, left_at: signal.at } : session
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

type WatchingAs = { livingid: string; viewer_no: number; isActive: boolean }

/**
 * As which viewer of which living somebody watches: a link names both, an identity is of the living that the stream is named after. Returns
 * undefined where the link is not valid, or nobody on the roster has the identity.
 */
async function watchingAs(
  { db, viewers, readLink }: HookContext,
  hook: HookRow,
  { who, stream }: ViewerSignal,
  now: number,
): Promise<WatchingAs | undefined> {
  if ('link' in who) {
    const linked = await readLink(db, who.link, now)
    if (!linked || linked.corp_no !== hook.corp_no) return undefined
    return { livingid: linked.livingid, viewer_no: linked.viewer_no, isActive: linked.active === 1 }
  }
  const [first = '', second] = who.identity.split('/')
  // a userid has no space; the look-up of viewers relies on that
  if (!first || /\s/.test(who.identity)) return undefined
  const person = second === undefined ? { student_userid: first } : { parent_userid: first, student_userid: second }
  const [viewer] = await viewers(db, hook.corp_no, [person])
  return viewer && { livingid: stream, ...viewer }
}

/**
 * Timed work: ends livings whose stream has been gone for `graceSeconds`, at the moment it went, which is also when its open sessions left.
 */
export async function endGoneStreams(context: HookContext, now: number, graceSeconds: number): Promise<void> {
  const { db } = context
  for (const gone of await db.all<GoneStream>(goneSince(now - graceSeconds))) {
    const at = Math.min(gone.unpublished_at, now)
    await retryOnConflict(async () => {
      const living = await livingOf(db, gone, gone.livingid, now, context)
      for (const session of await db.all<SessionRow>(openSessions(gone, gone.hook_no))) {
        const left = { ...session, left_at: at }
        // whoever has a session has a line, so it does not matter whether the viewer is still on the roster
        if (neverHeld(living)) await db.batch([putSession(left)])
        else await takeSessionStay(context, living, left, at, kindOfStay(session.stay_id), true, now)
      }
      if (living.start_time !== null && living.end_time === null)
        await endLiving(db, living, Math.max(at, living.start_time + 1), now, 'stream')
    })
    await db.batch([forgetStream(gone)])
  }
  await db.batch([forgetSessions(now)])
}
