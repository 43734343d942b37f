import { stayOf } from '../attendance/presence/stays.ts'
import { gatherBeats } from './beats.ts'
import { json, numberIn, textIn } from './signal.ts'
import { putPosition } from './store_links.ts'
import type { HookContext } from './take.ts'

/** Seconds of a recording: 11 days, longer than any. */
const mostSeconds = 1_000_000

/**
 * Takes heartbeats of players: `{"link", "stay", "replay"?, "from"?, "to"?}`, where `stay` names one visit of the page, and `from` and `to`
 * are seconds of the recording.
 *
 * @returns a function from a body to an HTTP status: 204 taken, 400 not a heartbeat, 403 not a valid link. It throws a SyntaxError where the
 *   body is no JSON object, and what `checkPresence` throws.
 */
export function heartbeats(context: HookContext, clock: () => number) {
  const { db, readLink } = context
  const take = gatherBeats(context, clock)
  return async (body: Buffer): Promise<number> => {
    const now = clock()
    const beat = json(body)
    const visit = textIn(beat.stay)
    if (!/^[\w-]{1,50}$/.test(visit)) return 400
    const linked = await readLink(db, textIn(beat.link), now)
    if (!linked) return 403
    const replay = numberIn(beat.replay) ? 1 : 0
    const stay = stayOf(linked.viewer_no, { stay_id: `hls ${visit}`, enter_time: now, replay })
    await take(linked, stay)
    const [from, to] = [numberIn(beat.from), numberIn(beat.to)]
    const isPosition = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < mostSeconds
    if (replay && isPosition) await db.batch([putPosition(linked, linked.viewer_no, stay.stay_id, from, to)])
    return 204
  }
}
