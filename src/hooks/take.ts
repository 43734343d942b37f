import { takePresence } from '../attendance/presence/take.ts'
import { endLiving, startLiving } from '../living/life.ts'
import { livingOf } from '../living/living.ts'
import type { KnownViewers } from '../roster/viewers.ts'
import { type Db, decided } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { readLink } from './link_token.ts'
import type { Adapter, Signal, Who } from './signal.ts'
import {
  forgetSessions,
  type GoneRow,
  goneSince,
  type HookRow,
  openSessions,
  putSession,
  type SessionRow,
  sessionOf,
  streamBack,
  streamGone,
} from './store.ts'

/** What taking signals needs of the server. */
export type Taking = {
  readonly db: Db
  readonly viewers: KnownViewers
  readonly endGrace: number
  /** whether a stream that begins starts its lesson, and one that is gone ends it */
  readonly publishStarts: boolean
}

/** Whether the server may let it happen: false for a viewer without a good link, and for a stream that is no living of the app. */
export async function takeSignal(taking: Taking, adapter: Adapter, hook: HookRow, signal: Signal, now: number): Promise<boolean> {
  try {
    return await decided(async () =>
      'who' in signal ? takeViewer(taking, adapter, hook, signal, now) : takeStream(taking, hook, signal, now),
    )
  } catch (error) {
    // an unknown living, one that is over, a viewer who is nobody: the server is told no, and nothing is kept
    if (error instanceof WireError) return false
    throw error
  }
}

type StreamSignal = Extract<Signal, { is: 'publish' | 'unpublish' }>
type ViewerSignal = Exclude<Signal, StreamSignal>

async function takeStream({ db, endGrace, publishStarts }: Taking, hook: HookRow, { is, stream, at }: StreamSignal, now: number) {
  const living = await livingOf(db, hook, stream, now, endGrace)
  if (!publishStarts) return true
  if (is === 'unpublish') {
    await db.batch([streamGone(living, hook.hook_no, at)])
    return true
  }
  await db.batch([streamBack(living)])
  if (living.start_time === null) await startLiving(db, living, Math.min(at, now), now)
  return living.end_time === null
}

async function takeViewer(taking: Taking, adapter: Adapter, hook: HookRow, signal: ViewerSignal, now: number): Promise<boolean> {
  const { db } = taking
  const person = await personOf(db, hook, signal, now)
  if (!person) return false
  const living = await livingOf(db, hook, person.livingid, now, taking.endGrace)
  const [kept] = await db.all<SessionRow>(sessionOf(hook.corp_no, hook.hook_no, signal.session))
  const row = sessionAfter(adapter, kept, signal, {
    corp_no: hook.corp_no,
    hook_no: hook.hook_no,
    session: signal.session,
    living_no: living.living_no,
    student_userid: person.student_userid,
    parent_userid: person.parent_userid ?? null,
  })
  const { unknown } = await stay(taking, living, row, signal.is === 'enter' ? row.enter_time : signal.at, adapter.kind, now)
  if (unknown.length) return false
  await db.batch([putSession(row)])
  return true
}

type Whose = Omit<SessionRow, 'stay_id' | 'enter_time' | 'left_at'>

/**
 * The session after a signal. One that has left stays left when its beginning comes late; only a server whose names come again
 * begins a new stay with it. Without a beginning the server's word on when it was, or this moment, is taken.
 */
function sessionAfter({ kind, reuses }: Adapter, kept: SessionRow | undefined, signal: ViewerSignal, whose: Whose): SessionRow {
  const since = Math.min(signal.since ?? signal.at, signal.at)
  const begins = !kept || (signal.is === 'enter' && reuses) || (signal.is === 'beat' && kept.left_at !== null)
  const row = begins
    ? { ...whose, stay_id: stayId(kind, signal.session, reuses ? since : 0), enter_time: since, left_at: null }
    : { ...kept, enter_time: Math.min(kept.enter_time, since) }
  return signal.is === 'leave' ? { ...row, left_at: signal.at } : row
}

/** Stay ids are 64 characters at most. */
const stayId = (kind: string, session: string, since: number) => `${kind} ${since ? `${since} ` : ''}${session}`.slice(0, 64)

const stay = (taking: Taking, living: Parameters<typeof takePresence>[2], row: SessionRow, until: number, source: string, now: number) =>
  takePresence(
    taking.db,
    taking.viewers,
    living,
    [
      {
        student_userid: row.student_userid,
        ...(row.parent_userid !== null && { parent_userid: row.parent_userid }),
        stay_id: row.stay_id,
        enter_time: row.enter_time,
        leave_time: Math.max(row.enter_time, until),
      },
    ],
    now,
    source,
  )

type Found = { livingid: string; student_userid: string; parent_userid?: string }

/** A link is of one living of one app; an identity is of the living that the stream is named for. */
async function personOf(db: Db, hook: HookRow, { who, stream }: { who: Who; stream: string }, now: number): Promise<Found | undefined> {
  if ('identity' in who) {
    const [first = '', second] = who.identity.split('/')
    if (!first) return undefined
    return { livingid: stream, ...(second === undefined ? { student_userid: first } : { parent_userid: first, student_userid: second }) }
  }
  const linked = await readLink(db, who.link, now)
  if (!linked || linked.corp_no !== hook.corp_no) return undefined
  const { livingid, student_userid, parent_userid } = linked
  return { livingid, student_userid, ...(parent_userid !== null && { parent_userid }) }
}

/** The timed work: lessons whose stream has been gone for longer than the grace end when it went, and whoever was there left then. */
export async function endGoneStreams(taking: Taking, now: number, grace: number): Promise<void> {
  const { db, endGrace } = taking
  for (const gone of await db.all<GoneRow>(goneSince(now - grace))) {
    const at = Math.min(gone.unpublished_at, now)
    await decided(async () => {
      const living = await livingOf(db, gone, gone.livingid, now, endGrace)
      for (const row of await db.all<SessionRow>(openSessions(gone, gone.hook_no))) {
        if (living.state <= 2) await stay(taking, living, row, at, row.stay_id.split(' ')[0] ?? '', now)
        await db.batch([putSession({ ...row, left_at: at })])
      }
      if (living.start_time !== null && living.end_time === null) await endLiving(db, living, Math.max(at, living.start_time + 1), now)
    })
    await db.batch([streamBack(gone)])
  }
  await db.batch([forgetSessions(now)])
}
