import { Counter } from '@prometheus-io/client'
import { gatherBeats } from './beats.ts'
import type { HookContext } from './sessions.ts'
import { json, numberIn, textIn } from './signal.ts'
import { putPosition } from './store_links.ts'
import { visits } from './visits.ts'

/** Seconds of a recording: 11 days, longer than any. */
const mostSeconds = 1_000_000

const refusedBeats = new Counter({
  name: 'rollcall_heartbeat_refused_total',
  help: 'Heartbeats with a valid link that were refused: too many at once (rate), or too many stays of one viewer (stays)',
  labelNames: ['reason'] as const,
})

/**
 * Takes heartbeats of players: `{"link", "stay", "replay"?, "from"?, "to"?}`, where `stay` names one visit of the page, and `from` and `to`
 * are seconds of the recording.
 *
 * @returns a function from a body to an HTTP status: 204 taken, 400 not a heartbeat, 403 not a valid link, 429 too many of this viewer. It
 *   throws a SyntaxError where the body is no JSON object, and what `checkPresence` throws.
 */
export function heartbeats(context: HookContext, clock: () => number) {
  const { db, readLink } = context
  const seen = visits()
  const take = gatherBeats(context, seen, clock)
  return async (body: Buffer): Promise<number> => {
    const now = clock()
    const beat = json(body)
    const name = textIn(beat.stay)
    if (!/^[\w-]{1,50}$/.test(name)) return 400
    const linked = await readLink(db, textIn(beat.link), now)
    if (!linked) return 403
    const { viewer_no } = linked
    if (!seen.isAllowed(linked, viewer_no, now)) return refused('rate')
    const replay = beat.replay === true || numberIn(beat.replay) ? 1 : 0
    const stay_id = await take(linked, { viewer_no, replay, name, at: now })
    if (stay_id === undefined) return refused('stays')
    const [from, to] = [numberIn(beat.from), numberIn(beat.to)]
    const isPosition = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < mostSeconds
    if (replay && isPosition) await db.batch([putPosition(linked, viewer_no, stay_id, from, to)])
    return 204
  }
}

function refused(reason: 'rate' | 'stays'): number {
  refusedBeats.inc({ reason })
  return 429
}
