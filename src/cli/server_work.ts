import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { cleanSignInLimits } from '../console/sign_in_limits.ts'
import { demoLife } from '../demo/demo.ts'
import { makeCourier } from '../events/courier.ts'
import { meetingWork } from '../hooks/meetings/timed.ts'
import { dropHookData } from '../hooks/store.ts'
import { streamWork } from '../hooks/timed.ts'
import { finishAllMatches } from '../identity/match.ts'
import { dropIdentities } from '../identity/store.ts'
import { settleAll } from '../living/life.ts'
import { retention } from '../living/retention.ts'
import { finishAllClassMoves } from '../roster/parties/class_moves.ts'
import type { Serving } from '../serving.ts'
import { eachApart } from '../timed/each_apart.ts'
import { everySecond } from '../timed/timed.ts'

/** Starts what a server does besides answering requests: the timed work, and the delivery of events. `stop` resolves when both have ended. */
export async function startWork(config: Config, served: Serving, clock: () => number, logger: Logger) {
  const { db, secrets, demo } = served
  const runDemo = demo ? await demoLife(db, clock()) : undefined
  const courier = makeCourier({
    db,
    secrets,
    clock,
    allowPrivate: config.callbackPrivate,
    failed: (err) => logger.error({ err }, 'the delivery of events failed'),
  })
  const deleteOldLivings = retention(db, config.retentionDays, dropHookData, (before) => [dropIdentities(before)])
  const cleanLimits = cleanSignInLimits(db)
  const failed = (err: unknown) => logger.error({ err }, 'the timed work failed')
  const workOnStreams = streamWork(served, clock, config.unpublishGrace, failed)
  const workOnMeetings = meetingWork(served, failed)
  const timed = everySecond(
    db,
    clock,
    (now) =>
      eachApart(
        [
          () => settleAll(db, now, served),
          () => finishAllClassMoves(db, now),
          () => finishAllMatches(db, now, failed),
          () => deleteOldLivings(now),
          () => cleanLimits(now),
          () => workOnStreams(now),
          () => workOnMeetings(now),
          () => courier.tick(),
          async () => runDemo?.(now),
        ],
        async (work) => void (await work()),
        failed,
      ),
    failed,
  )
  return { stop: () => timed.stop().then(() => courier.stop()) }
}
