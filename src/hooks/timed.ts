import type { Failed } from '../timed/each_apart.ts'
import { askServers } from './ask_servers.ts'
import { growSessions } from './liveness.ts'
import type { HookContext } from './sessions.ts'
import { forgetSessions, quietStreamsGone } from './store.ts'
import { endGoneStreams, startPublished } from './stream.ts'

/** Seconds between two looks at the open sessions. */
const intervalSeconds = 30
/** Seconds after which a stream is gone whose server has repeated that it is published, and does so no more. nginx does every 30 s. */
const silenceSeconds = 120

/**
 * The timed work of hooks, once a second: livings start and end with their streams. Every 30 s open sessions grow, and servers are asked
 * for their connections, which the other work does not wait for.
 *
 * @param graceSeconds for which a stream may be gone before its living ends
 * @param failed called for each living, and for each server, with which the work failed
 */
export function streamWork(context: HookContext, clock: () => number, graceSeconds: number, failed: Failed) {
  let beganAt: number | undefined
  let lookedAt = 0
  let asking: Promise<void> | undefined
  async function work(now: number): Promise<void> {
    const { db, publishStarts } = context
    beganAt ??= now
    if (publishStarts) {
      // while no server of ours ran, nobody heard what the streaming servers repeated
      if (now - beganAt > silenceSeconds) await db.batch([quietStreamsGone(now - silenceSeconds)])
      await startPublished(context, now, failed)
      await endGoneStreams(context, now, graceSeconds, failed)
    }
    if (Math.abs(now - lookedAt) < intervalSeconds) return
    lookedAt = now
    await growSessions(context, now, failed)
    await db.batch([forgetSessions(now)])
    asking ??= askServers(context, clock, failed)
      .catch(failed)
      .finally(() => {
        asking = undefined
      })
  }
  return Object.assign(work, {
    /** resolves when no server is being asked */
    asked: async () => asking,
  })
}
