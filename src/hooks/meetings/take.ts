import { Counter } from '@prometheus-io/client'
import { sha256 } from '../../access/token.ts'
import { checkPresence } from '../../attendance/presence/take.ts'
import { reportIdentified } from '../../identity/report.ts'
import { livingIn } from '../../living/living.ts'
import { type Db, retryOnConflict } from '../../store/db.ts'
import { WireError } from '../../wire/errcode.ts'
import { type Meeting, type MeetingEvent, type MeetingReport, validMeetingEvent } from '../meeting_event.ts'
import type { HookContext } from '../sessions.ts'
import type { Adapter, Reply } from '../signal.ts'
import type { HookRow } from '../store.ts'
import { livingsOfMeeting, livingsOfStay } from './livings.ts'
import { type MeetingEventRow, type MeetingLiving, meetingEvents, putMeetingEvent } from './store.ts'
import { type Joined, type MeetingStay, meetingStayId, staysOf } from './visits.ts'

const unboundEvents = new Counter({
  name: 'rollcall_meeting_unbound_total',
  help: 'Events of meetings that are no living',
  labelNames: ['kind'] as const,
})

/** Stays reported together at most. */
const mostStays = 500

/**
 * Takes what a meeting product reports. An event that is not `validMeetingEvent`, or of a meeting that is no living, is stored nowhere; the
 * latter is counted.
 *
 * @param now unix seconds
 * @returns the answer that the product expects
 */
export async function takeMeetingReport(
  context: HookContext,
  adapter: Adapter,
  hook: HookRow,
  { events, answer }: MeetingReport,
  now: number,
): Promise<Reply> {
  const valid = events.flatMap((event) => validMeetingEvent(event, now) ?? [])
  for (const ofMeeting of Map.groupBy(valid, ({ meeting }) => meeting.instance).values()) await takeEvents(context, hook, ofMeeting, now)
  return answer === undefined ? adapter.yes : { ...adapter.yes, body: answer }
}

/** Takes events of one meeting. */
async function takeEvents(context: HookContext, hook: HookRow, events: readonly MeetingEvent[], now: number): Promise<void> {
  const [{ meeting, at }] = events as [MeetingEvent]
  const livings = await livingsOfMeeting(context.db, hook, meeting, at)
  if (livings.length === 0) return unboundEvents.inc({ kind: hook.kind }, events.length)
  const stays = await staysAfter(context.db, hook, events.flatMap(rowsOf), now)
  stays.push(...(await wholeStays(context.db, hook, sha256(meeting.instance), events)))
  await reportStays(context, hook, livings, stays, now)
}

/** Stores events. Returns the stays of their sessions that follow from all events stored. */
async function staysAfter(db: Db, hook: HookRow, rows: readonly MeetingEventRow[], now: number): Promise<MeetingStay[]> {
  if (rows.length) await db.batch(rows.map((row) => putMeetingEvent(hook, row, now)))
  const stays: MeetingStay[] = []
  const rowsBySession = Map.groupBy(rows, ({ meeting, session }) => `${meeting} ${session}`)
  for (const [{ meeting, session }] of rowsBySession.values() as Iterable<[MeetingEventRow]>)
    if (session) stays.push(...(await storedStays(db, hook, meeting, session)))
  return stays
}

function rowsOf(event: MeetingEvent): MeetingEventRow[] {
  const { is, meeting: told, at } = event
  const meeting = sha256(told.instance)
  if (is === 'stay') return []
  if (is === 'end') return [{ meeting, session: '', at, happened: is, told: JSON.stringify(told) }]
  const joined: Joined = { person: event.person, meeting: told }
  return [{ meeting, session: sha256(event.session), at, happened: is, told: is === 'join' ? JSON.stringify(joined) : '' }]
}

/** The stays of one session, or with an empty `session` of all sessions, that follow from the events stored of a meeting. */
const storedStays = async (db: Db, hook: HookRow, meeting: string, session: string) =>
  staysOf(hook.kind, await db.all<MeetingEventRow>(meetingEvents(hook, meeting, session)))

/** The stays that were told as a whole. The end of a lesson tells ids alone; the joins may have told the names that belong to them. */
async function wholeStays(db: Db, hook: HookRow, meeting: string, events: readonly MeetingEvent[]): Promise<MeetingStay[]> {
  const whole = events.filter((event) => event.is === 'stay')
  if (whole.length === 0) return []
  const known = await storedStays(db, hook, meeting, '')
  const personByIdentity = new Map(
    known.map(({ identity, name, userid, mobile }) => [identity, { identity, name, ...(userid && { userid }), ...(mobile && { mobile }) }]),
  )
  return whole.map(({ session, person, at, until }) => ({
    ...(person.name === person.identity ? (personByIdentity.get(person.identity) ?? person) : person),
    stay_id: meetingStayId(hook.kind, meeting, session, at),
    enter_time: at,
    leave_time: until,
  }))
}

/** Reports each stay to the livings it belongs to. A living that takes no presence, because it was cancelled meanwhile, is passed over. */
async function reportStays(
  context: HookContext,
  hook: HookRow,
  livings: readonly MeetingLiving[],
  stays: readonly MeetingStay[],
  now: number,
): Promise<void> {
  const staysByLivingid = new Map<string, MeetingStay[]>()
  for (const stay of stays)
    for (const { livingid } of livingsOfStay(livings, stay.enter_time, stay.leave_time))
      staysByLivingid.set(livingid, [...(staysByLivingid.get(livingid) ?? []), stay])
  for (const [livingid, all] of staysByLivingid)
    for (let from = 0; from < all.length; from += mostStays) {
      const some = all.slice(from, from + mostStays).map((stay) => ({ ...stay, source: hook.kind }))
      try {
        await retryOnConflict(async () => {
          const living = await livingIn(context.db, hook.corp_no, livingid, now, context)
          if (!living) return
          checkPresence(living, some, now)
          await reportIdentified(context, living, hook.kind, some, now)
        })
      } catch (error) {
        if (!(error instanceof WireError)) throw error
      }
    }
}

/**
 * Takes what this server has concluded about sessions of one meeting.
 *
 * @param sessions digests of sessions, as they are stored
 * @param at when it happened, in unix seconds
 */
export async function takeConclusion(
  context: HookContext,
  hook: HookRow,
  meeting: Meeting,
  sessions: readonly string[],
  happened: 'leave' | 'present',
  at: number,
  now: number,
): Promise<void> {
  const key = sha256(meeting.instance)
  const rows = sessions.map((session) => ({ meeting: key, session, at, happened, told: '' }))
  const stays = await staysAfter(context.db, hook, rows, now)
  await reportStays(context, hook, await livingsOfMeeting(context.db, hook, meeting, at), stays, now)
}
