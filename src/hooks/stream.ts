import { Counter } from '@prometheus-io/client'
import { latestEnd, plannedEnd } from '../living/due.ts'
import { canReopen, endLiving, reopenLiving, startLiving } from '../living/life.ts'
import { livingOf } from '../living/living.ts'
import { type Living, state } from '../living/store.ts'
import { retryOnConflict } from '../store/db.ts'
import { isPublishKey } from './publish_key.ts'
import { closeSessions, type HookContext } from './sessions.ts'
import type { StreamSignal } from './signal.ts'
import {
  forgetSessions,
  forgetStream,
  type GoneStream,
  goneSince,
  type HookRow,
  type StreamRow,
  startingStreams,
  streamGone,
  streamIsPublished,
  streamOf,
} from './store.ts'

const refusedPublishers = new Counter({
  name: 'rollcall_publish_refused_total',
  help: 'Streams that were published without the key of their living, or with a wrong one',
  labelNames: ['kind'] as const,
})

/**
 * Takes the beginning or the end of a living's stream. A stream that is published starts its living, or reopens one that its stream or the
 * clock had ended. One that is published earlier than `publishEarly` seconds before the planned start is a test of the camera, and starts
 * nothing. The end of a stream ends nothing by itself: see `endGoneStreams`.
 *
 * @returns whether the server may let it happen: nobody may publish without the key, nor a living that was cancelled
 */
export async function takeStreamSignal(context: HookContext, hook: HookRow, signal: StreamSignal, now: number): Promise<boolean> {
  const { db, publishStarts } = context
  const living = await livingOf(db, hook, signal.stream, now, context)
  if (signal.key !== undefined && !(await isPublishKey(context, living, signal.key))) {
    // an update of a connection that was let in once is counted no second time
    if (signal.is === 'publish' && !signal.isUpdate) refusedPublishers.inc({ kind: hook.kind })
    return false
  }
  if (signal.isRoomClosed) await closeSessions(context, living, hook.hook_no, signal.at, now)
  if (!publishStarts) return true
  const [stream] = await db.all<StreamRow>(streamOf(living))
  if (signal.is === 'unpublish') {
    const isAnother = stream && stream.publisher !== signal.publisher && stream.publisher !== '' && signal.publisher !== ''
    if (!isAnother) await db.batch([streamGone(living, hook.hook_no, signal.at)])
    return true
  }
  const isKnown = stream !== undefined && stream.unpublished_at === 0 && stream.publisher === signal.publisher
  if (!isKnown) await db.batch([streamIsPublished(living, hook.hook_no, signal.publisher)])
  if (!(isKnown && signal.isUpdate)) await startByStream(context, living, signal.at, now)
  return true
}

async function startByStream({ db, endGrace, publishEarly }: HookContext, living: Living, at: number, now: number): Promise<void> {
  if (living.state === state.ended) {
    const grace = Math.max(endGrace, latestEnd(living) - plannedEnd(living))
    if (canReopen(living, now, grace)) await reopenLiving(db, living, false, now, grace)
  } else if (living.start_time === null && now >= living.reserve_start - publishEarly)
    await startLiving(db, living, Math.max(Math.min(at, now), living.reserve_start - publishEarly), now)
}

/** Timed work: starts livings whose stream was published before its time, at their planned start. */
export async function startPublished(context: HookContext, now: number): Promise<void> {
  for (const { corp_no, agentid, livingid } of await context.db.all<GoneStream>(startingStreams(now)))
    await retryOnConflict(async () => {
      const living = await livingOf(context.db, { corp_no, agentid }, livingid, now, context)
      if (living.state === state.reserved) await startLiving(context.db, living, living.reserve_start, now)
    })
}

/**
 * Timed work: ends livings whose planned end has passed and whose stream has been gone for `graceSeconds`, at the moment it went. Their
 * open sessions left then too. A stream that goes earlier may come back: a teacher's network fails for minutes.
 */
export async function endGoneStreams(context: HookContext, now: number, graceSeconds: number): Promise<void> {
  const { db } = context
  for (const gone of await db.all<GoneStream>(goneSince(now - graceSeconds, now))) {
    const at = Math.min(gone.unpublished_at, now)
    await retryOnConflict(async () => {
      const living = await livingOf(db, gone, gone.livingid, now, context)
      if (living.start_time === null) return
      await closeSessions(context, living, gone.hook_no, at, now)
      if (living.end_time === null) await endLiving(db, living, Math.max(at, living.start_time + 1), now, 'stream')
    })
    await db.batch([forgetStream(gone)])
  }
  await db.batch([forgetSessions(now)])
}
