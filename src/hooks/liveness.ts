import { stayOf } from '../attendance/presence/stays.ts'
import { takeStays } from '../attendance/presence/take.ts'
import { livingOf } from '../living/living.ts'
import { type Living, state } from '../living/store.ts'
import { Conflict, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { eachApart, type Failed } from '../timed/each_apart.ts'
import { cutAndTickAgain, type HookContext } from './sessions.ts'
import type { ServerSign } from './signal.ts'
import {
  closeSessionsOfHook,
  type HookRow,
  noteRun,
  noteSeen,
  type OpenSession,
  openSessionsOfHook,
  silentSessions,
  streamsGone,
} from './store.ts'

/** Seconds for which sessions still grow after the end of their living, so that what came after the last time is not missing. */
const afterEndSeconds = 60

/**
 * Notes that a streaming server is there. Where this is another start of it (`run`), all its connections of before are gone, and it will never
 * report their end: they are closed at the last event of the run before, and so are its streams.
 */
export async function noteServer(context: HookContext, hook: HookRow, { run, isPeriodic }: ServerSign, now: number): Promise<void> {
  const { db } = context
  const isNewRun = run !== '' && hook.run !== '' && run !== hook.run
  const hasSigns = Number(isPeriodic || (hook.has_signs === 1 && !isNewRun))
  if (isNewRun) await closeRun(context, hook, now)
  if (run !== hook.run) {
    const closing = isNewRun ? [closeSessionsOfHook(hook, hook.seen_at), streamsGone(hook, hook.seen_at)] : []
    // of several events that come at once, the first one closes what was before
    await db.batch([must(noteRun(hook, run, now, hasSigns)), ...closing]).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error
    })
  } else if (now > hook.seen_at || hasSigns !== hook.has_signs) await db.batch([noteSeen(hook, now, hasSigns)])
}

/** Makes the stays of a run that is over end at its last event. */
async function closeRun(context: HookContext, hook: HookRow, now: number): Promise<void> {
  const { db } = context
  const open = (await db.all<OpenSession>(openSessionsOfHook(hook))).filter(({ enter_time }) => enter_time <= hook.seen_at)
  for (const ofLiving of Map.groupBy(open, ({ livingid }) => livingid).values()) {
    const livingid = (ofLiving[0] as OpenSession).livingid
    await growToLastSign(context, ofLiving, now)
    // stays of sessions with beats, or on the server's list, reach no further than those
    const grown = hook.api ? [] : ofLiving.filter(({ beat_at }) => beat_at === 0)
    const cut = grown.map(({ viewer_no, stay_id, enter_time }) => ({ viewer_no, stay_id, leave_time: Math.max(enter_time, hook.seen_at) }))
    if (cut.length === 0) continue
    await retryOnConflict(async () => {
      const living = await livingOf(db, hook, livingid, now, context)
      await cutAndTickAgain(db, living, cut)
    })
  }
}

/**
 * Timed work: lets open sessions grow of which the server sends no beats, and which it is not asked for. They are there until their end is
 * reported, or, where the server sends signs of its own accord, until its latest one. So whoever entered before the start of the living is
 * ticked, and the seconds in the lists grow.
 */
export async function growSessions(context: HookContext, now: number, failed: Failed): Promise<void> {
  const open = await context.db.all<OpenSession>(silentSessions(now - afterEndSeconds))
  const byLiving = Map.groupBy(open, ({ corp_no, living_no, hook_no }) => `${corp_no} ${living_no} ${hook_no}`)
  await eachApart(
    byLiving.values(),
    (some) => growStays(context, some, (session) => (session.has_signs ? session.seen_at : now), now),
    failed,
  )
}

/** Makes the stays of open sessions without beats reach to the latest sign of their server, of a server that is not there any more. */
export async function growToLastSign(context: HookContext, ofLiving: readonly OpenSession[], now: number): Promise<void> {
  const silent = ofLiving.filter(({ beat_at, has_signs }) => beat_at === 0 && has_signs === 1)
  await growStays(context, silent, ({ seen_at }) => seen_at, now)
}

/** Makes the stays of open sessions of one living reach to a moment. */
export async function growStays(
  context: HookContext,
  sessions: readonly OpenSession[],
  untilOf: (session: OpenSession) => number,
  now: number,
): Promise<void> {
  const [first] = sessions
  if (!first) return
  const stays = sessions.flatMap((session) => {
    const { viewer_no, stay_id, enter_time } = session
    const leave_time = Math.min(untilOf(session), now)
    return leave_time > enter_time ? [stayOf(viewer_no, { stay_id, enter_time, leave_time })] : []
  })
  if (stays.length === 0) return
  await retryOnConflict(async () => {
    const living: Living = await livingOf(context.db, first, first.livingid, now, context)
    if (living.state === state.live || living.state === state.ended) await takeStays(context, living, { stays, source: first.kind }, now)
  })
}
