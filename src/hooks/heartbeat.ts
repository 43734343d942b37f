import { Counter } from '@prometheus-io/client'
import { gatherBeats } from './beats.ts'
import type { HookContext } from './sessions.ts'
import { json, numberIn, textIn } from './signal.ts'
import { putPosition } from './store_links.ts'
import { mostCreditSeconds, type Visit, visits } from './visits.ts'

/** Seconds of a recording: 11 days, longer than any. */
const mostPositionSeconds = 1_000_000

/** Seconds after which a heartbeat that could not be sent is taken no longer. */
const mostAgeSeconds = 7200

/** Seconds between two heartbeats of one stay that a slow network may put between them. */
const mostDelaySeconds = 10

const refusedBeats = new Counter({
  name: 'rollcall_heartbeat_refused_total',
  help: 'Heartbeats with a valid link that were refused: too many at once (rate), or too many stays of one viewer (stays)',
  labelNames: ['reason'] as const,
})

/** The HTTP status of a heartbeat. `living`: how the living stands, for a player that can read it. */
export type HeartbeatAnswer = { readonly status: number; readonly living?: string }

/**
 * Takes heartbeats of players: `{"link", "stay", "seconds"?, "age"?, "replay"?, "from"?, "to"?}`, where `stay` names one visit of the page,
 * `seconds` were watched until `age` seconds ago, and `from` and `to` are seconds of the recording. Without `seconds` the heartbeat stands
 * for the present second, and its visit continues if the one before it is not older than 45 s: that is how players before `seconds` report.
 *
 * @returns a function from a body to an HTTP status: 200 taken, 204 taken without `seconds`, 400 not a heartbeat or older than two hours,
 *   403 not a valid link, 429 too many of this viewer. It throws a SyntaxError where the body is no JSON object, and what `checkPresence`
 *   throws.
 */
export function heartbeats(context: HookContext, clock: () => number) {
  const { db, readLink } = context
  const seen = visits()
  const take = gatherBeats(context, seen, clock)
  return async (body: Buffer): Promise<HeartbeatAnswer> => {
    const now = clock()
    const beat = json(body)
    const name = textIn(beat.stay)
    const times = timesOf(beat, now)
    if (!/^[\w-]{1,50}$/.test(name) || !times) return { status: 400 }
    const linked = await readLink(db, textIn(beat.link), now)
    if (!linked) return { status: 403 }
    const { viewer_no } = linked
    if (!seen.isAllowed(linked, viewer_no, now)) return refused('rate')
    const replay = beat.replay === true || numberIn(beat.replay) ? 1 : 0
    const { stay_id, living } = await take(linked, { viewer_no, replay, name, ...times })
    if (stay_id === undefined) return refused('stays')
    const [from, to] = [numberIn(beat.from), numberIn(beat.to)]
    const isPosition = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < mostPositionSeconds
    if (replay && isPosition) await db.batch([putPosition(linked, viewer_no, stay_id, from, to)])
    return beat.seconds === undefined ? { status: 204 } : { status: 200, living }
  }
}

/**
 * For which time a heartbeat stands, and which stay of its visit it continues: see `Visit`. Undefined where the fields are not valid.
 * The times are counted back from this server's clock, so that a wrong clock of the player does not matter.
 */
function timesOf(beat: Readonly<Record<string, unknown>>, now: number): Pick<Visit, 'from' | 'to' | 'since'> | undefined {
  if (beat.seconds === undefined) return { from: now, to: now, since: now - mostCreditSeconds }
  const [seconds, ageSeconds] = [numberIn(beat.seconds), numberIn(beat.age)]
  if (seconds <= 0 || ageSeconds < 0 || ageSeconds > mostAgeSeconds) return undefined
  const from = Math.round(now - ageSeconds - Math.min(seconds, mostCreditSeconds))
  const to = Math.round(now - ageSeconds)
  return { from, to, since: Math.max(to - mostCreditSeconds, from - mostDelaySeconds) }
}

function refused(reason: 'rate' | 'stays'): HeartbeatAnswer {
  refusedBeats.inc({ reason })
  return { status: 429 }
}
