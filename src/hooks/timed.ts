import { askServers } from './ask_servers.ts'
import { growSessions } from './liveness.ts'
import type { HookContext } from './sessions.ts'
import { type HookRow, silentHooks, streamsGone } from './store.ts'
import { endGoneStreams, startPublished } from './stream.ts'

/** Seconds between two looks at the open sessions. */
const intervalSeconds = 30
/** Seconds without a sign of a server that sends them every few seconds, after which its streams are gone. */
const silenceSeconds = 300

/**
 * The timed work of hooks, once a second: livings start and end with their streams. Every 30 s open sessions grow, and servers are asked
 * for their connections, which the other work does not wait for.
 *
 * @param graceSeconds for which a stream may be gone before its living ends
 * @param failed called for each server that does not answer
 */
export function streamWork(
  context: HookContext,
  clock: () => number,
  graceSeconds: number,
  failed: (hook: Pick<HookRow, 'corp_no' | 'hook_no' | 'kind'>, error: unknown) => void,
) {
  let lookedAt = 0
  let asking: Promise<void> | undefined
  async function work(now: number): Promise<void> {
    const { db, publishStarts } = context
    if (publishStarts) {
      for (const hook of await db.all<HookRow>(silentHooks(now - silenceSeconds))) await db.batch([streamsGone(hook, hook.seen_at)])
      await startPublished(context, now)
      await endGoneStreams(context, now, graceSeconds)
    }
    if (now - lookedAt < intervalSeconds) return
    lookedAt = now
    await growSessions(context, now)
    asking ??= askServers(context, clock, failed)
      .catch((error: unknown) => failed({ corp_no: 0, hook_no: 0, kind: '' }, error))
      .finally(() => {
        asking = undefined
      })
  }
  return Object.assign(work, {
    /** resolves when no server is being asked */
    asked: async () => asking,
  })
}
