import { sha256 } from '../../access/token.ts'
import { checkPresence, type PresenceContext } from '../../attendance/presence/take.ts'
import { reportIdentified } from '../../identity/report.ts'
import { type DueSettings, plannedEnd } from '../../living/due.ts'
import { livingIn } from '../../living/living.ts'
import type { Living } from '../../living/store.ts'
import { retryOnConflict } from '../../store/db.ts'
import { validMeetingEvent } from '../meeting_event.ts'
import { firstOf, idIn } from '../meetings/json.ts'
import { numberIn, textIn } from '../signal.ts'
import { monthsBetween } from './ranges.ts'
import { positionOf, putPosition } from './store.ts'
import { type PolyvAccount, type ViewRecord, viewLogPages } from './view_log.ts'

const source = 'polyv'
const minuteMs = 60_000
/** How long before the planned start somebody may come, and how long after the end the log may still grow. */
const beforeMs = 60 * minuteMs
const afterMs = 60 * minuteMs
/** 保利威 says that records come three to five minutes late. */
const latenessMs = 10 * minuteMs
/** A record that was changed as recently as this may belong to somebody who is still watching. */
const growingMs = 15 * minuteMs

export type PullContext = PresenceContext & DueSettings
export type Pulled = { records: number; viewers: number; visitors: number; ambiguous: number; next_from: number; complete: boolean }

/**
 * Pulls the view log of a channel for one living and takes it as presence. A pull goes on where the one before it ended, and repeats what
 * may have grown since: records that are taken twice change nothing. The position is stored once everything is taken, so a pull that breaks
 * off is repeated.
 *
 * @param clock unix seconds
 * @returns how many records were read and how many of their people are viewers, visitors or fit several; `next_from` in unix milliseconds;
 *   whether the log of this living is complete
 * @throws where the living is none of the corp or takes no presence, or where the service answers no log
 */
export async function pullViewLog(
  context: PullContext,
  corp_no: number,
  { livingid, channel }: { readonly livingid: string; readonly channel: string },
  account: PolyvAccount,
  clock: () => number,
): Promise<Pulled> {
  const { db } = context
  const load = async () => {
    const found = await livingIn(db, corp_no, livingid, clock(), context)
    if (!found) throw new Error(`--living: ${JSON.stringify(livingid)} is no living of this school`)
    return found
  }
  const living = await load()
  const nowMs = clock() * 1000
  const last = (living.end_time ?? Math.max(plannedEnd(living), clock())) * 1000 + afterMs
  const [position] = await db.all<{ from_ms: number }>(positionOf(living, channel))
  const from = position?.from_ms ?? living.reserve_start * 1000 - beforeMs
  const to = Math.min(nowMs, last)
  const pulled = { records: 0, viewers: 0, visitors: 0, ambiguous: 0 }
  let next = Math.min(nowMs - latenessMs, last)
  for (const [start, end] of monthsBetween(from, to))
    for await (const records of viewLogPages(account, channel, start, end, () => clock() * 1000)) {
      for (const record of records) if (isGrowing(record, nowMs)) next = Math.min(next, createdMs(record))
      pulled.records += records.length
      const stays = records.flatMap((record) => stayOf(record, clock()) ?? [])
      if (stays.length === 0) continue
      const taken = await retryOnConflict(async () => {
        const current = await load()
        checkPresence(current, stays, clock())
        return reportIdentified(context, current, source, stays, clock())
      })
      pulled.viewers += taken.viewers
      pulled.visitors += taken.visitors
      pulled.ambiguous += taken.ambiguous
    }
  const next_from = Math.max(next, from)
  await db.batch([putPosition(living, channel, next_from)])
  return { ...pulled, next_from, complete: isComplete(living, next_from, last) }
}

const isComplete = ({ end_time }: Living, next: number, last: number) => end_time !== null && next >= last

const createdMs = ({ createdTime, firstActiveTime }: ViewRecord) => numberIn(createdTime) || numberIn(firstActiveTime)
const isGrowing = (record: ViewRecord, nowMs: number) =>
  createdMs(record) > 0 && Math.max(numberIn(record.lastModified), numberIn(record.lastActiveTime), createdMs(record)) > nowMs - growingMs

/**
 * The stay of a play: from its beginning for as long as it played, but not beyond the moment it was last active. undefined for a replay, and
 * where nobody or no time is named.
 */
function stayOf(record: ViewRecord, now: number) {
  if (record.param3 === 'vod') return undefined
  const [userid, name] = [idIn(record.param1), textIn(record.param2)]
  const at = Math.floor((numberIn(record.firstActiveTime) || numberIn(record.createdTime)) / 1000)
  const played = at + Math.max(0, Math.floor(numberIn(record.playDuration)))
  const lastActive = Math.floor(numberIn(record.lastActiveTime) / 1000)
  const playId = idIn(record.playId)
  const event = validMeetingEvent(
    {
      is: 'stay',
      meeting: { instance: source, names: [], subject: '' },
      session: playId,
      person: { identity: firstOf(userid, name), name: firstOf(name, userid), ...(userid && { userid }) },
      at,
      until: lastActive > at ? Math.min(played, lastActive) : played,
    },
    now,
  )
  if (event?.is !== 'stay') return undefined
  return { ...event.person, source, stay_id: `${source} ${sha256(playId).slice(0, 32)}`, enter_time: event.at, leave_time: event.until }
}
