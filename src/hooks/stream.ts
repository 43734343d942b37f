import { Counter } from '@prometheus-io/client'
import { latestEnd, plannedEnd } from '../living/due.ts'
import { canReopen, endLiving, reopenLiving, startLiving } from '../living/life.ts'
import { livingOf } from '../living/living.ts'
import { checkIsOurs } from '../living/ours.ts'
import { type Living, state } from '../living/store.ts'
import { retryOnConflict } from '../store/db.ts'
import { eachApart, type Failed } from '../timed/each_apart.ts'
import { isPublishKey } from './publish_key.ts'
import { closeSessions, type HookContext } from './sessions.ts'
import type { StreamSignal } from './signal.ts'
import {
  forgetStream,
  type GoneStream,
  goneSince,
  type HookRow,
  type StreamRow,
  startingStreams,
  streamGoesOn,
  streamGone,
  streamIsPublished,
  streamOf,
} from './store.ts'

/** Seconds after which it is written once more that a stream goes on. */
const beatIntervalSeconds = 10

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
  checkIsOurs(living)
  const [stream] = await db.all<StreamRow>(streamOf(living))
  // who was let in may go, also with a key that was replaced meanwhile
  const isLeaving = signal.is === 'unpublish' && signal.publisher !== '' && stream?.publisher === signal.publisher
  if (signal.key !== undefined && !isLeaving && !(await isPublishKey(context, living, signal.key))) {
    // an update of a connection that was let in once is counted no second time
    if (signal.is === 'publish' && !signal.isUpdate) refusedPublishers.inc({ kind: hook.kind })
    return false
  }
  if (living.state === state.cancelled) return false
  if (signal.isRoomClosed) await closeSessions(context, living, hook.hook_no, signal.at, now)
  if (!publishStarts) return true
  if (signal.is === 'unpublish') await noteUnpublished(context, hook, signal, living, stream)
  else await notePublished(context, hook, signal, living, stream, now)
  return true
}

async function noteUnpublished({ db }: HookContext, hook: HookRow, signal: StreamSignal, living: Living, stream: StreamRow | undefined) {
  const isAnother = stream && stream.publisher !== signal.publisher && stream.publisher !== '' && signal.publisher !== ''
  // the end of an earlier stream may be delivered late, or twice
  const isEarlier = stream && signal.at < stream.published_at
  if (!isAnother && !isEarlier) await db.batch([streamGone(living, hook.hook_no, signal.at)])
}

async function notePublished(
  context: HookContext,
  hook: HookRow,
  { at, publisher, isUpdate }: StreamSignal,
  living: Living,
  stream: StreamRow | undefined,
  now: number,
): Promise<void> {
  const { db } = context
  if (stream && stream.unpublished_at > 0 && at < stream.unpublished_at) return
  const isKnown = stream !== undefined && stream.unpublished_at === 0 && stream.publisher === publisher
  if (isKnown && isUpdate) {
    if (now - stream.beat_at >= beatIntervalSeconds) await db.batch([streamGoesOn(living, now)])
    return
  }
  if (!isKnown) await db.batch([streamIsPublished(living, hook.hook_no, publisher, at, isUpdate ? now : 0)])
  await startByStream(context, living, at, now)
}

async function startByStream({ db, endGrace, publishEarly }: HookContext, living: Living, at: number, now: number): Promise<void> {
  if (living.state === state.ended) {
    const grace = Math.max(endGrace, latestEnd(living) - plannedEnd(living))
    if (canReopen(living, now, grace)) await reopenLiving(db, living, false, now, grace)
  } else if (living.start_time === null && now >= living.reserve_start - publishEarly)
    await startLiving(db, living, Math.max(Math.min(at, now), living.reserve_start - publishEarly), now)
}

/** Timed work: starts livings whose stream was published before its time, at their planned start. */
export async function startPublished(context: HookContext, now: number, failed: Failed): Promise<void> {
  const { db } = context
  const start = ({ corp_no, agentid, livingid }: GoneStream) =>
    retryOnConflict(async () => {
      const living = await livingOf(db, { corp_no, agentid }, livingid, now, context)
      if (living.state === state.reserved) await startLiving(db, living, living.reserve_start, now)
    })
  await eachApart(await db.all<GoneStream>(startingStreams(now)), start, failed)
}

/**
 * Timed work: ends livings whose planned end has passed and whose stream has been gone for `graceSeconds`, at the moment it went. Whoever is
 * connected stays so: the end clips what is counted, and the stream may come back. A stream that went before its living started, such as a
 * test of the camera, ends nothing.
 */
export async function endGoneStreams(context: HookContext, now: number, graceSeconds: number, failed: Failed): Promise<void> {
  const { db } = context
  const end = async (gone: GoneStream) => {
    const at = Math.min(gone.unpublished_at, now)
    await retryOnConflict(async () => {
      const living = await livingOf(db, gone, gone.livingid, now, context)
      const [stream] = await db.all<StreamRow>(streamOf(living))
      const isBack = stream?.unpublished_at !== gone.unpublished_at
      if (isBack || living.start_time === null || living.end_time !== null || at <= living.start_time) return
      await endLiving(db, living, at, now, 'stream')
    })
    await db.batch([forgetStream(gone)])
  }
  await eachApart(await db.all<GoneStream>(goneSince(now - graceSeconds, now)), end, failed)
}
