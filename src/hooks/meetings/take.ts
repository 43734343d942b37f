import { Counter } from '@prometheus-io/client'
import { sha256 } from '../../access/token.ts'
import type { Db } from '../../store/db.ts'
import { type MeetingEvent, type MeetingReport, validMeetingEvent } from '../meeting_event.ts'
import type { HookContext } from '../sessions.ts'
import type { Adapter, Reply } from '../signal.ts'
import type { HookRow } from '../store.ts'
import { livingsOfMeeting } from './livings.ts'
import { reportStays } from './report.ts'
import { type MeetingEventRow, meetingEvents, putMeetingEvents } from './store.ts'
import { type Joined, type MeetingStay, meetingStayId, staysOf } from './visits.ts'

const unboundEvents = new Counter({
  name: 'rollcall_meeting_unbound_total',
  help: 'Events of meetings that are no living',
  labelNames: ['kind'] as const,
})

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
  const { db } = context
  const [{ meeting, at }] = events as [MeetingEvent]
  const livings = await livingsOfMeeting(db, hook, meeting, at)
  if (livings.length === 0) return unboundEvents.inc({ kind: hook.kind }, events.length)
  const rows = rowsOf(events)
  if (rows.length) await db.batch([putMeetingEvents(hook, rows, now)])
  const stays = [...(await staysAfter(db, hook, rows)), ...events.flatMap((event) => wholeStay(hook, event))]
  await reportStays(context, hook, livings, stays, now)
}

/** The rows of events, in the order of their key, each key once: two writers that lock rows in the same order do not deadlock. */
function rowsOf(events: readonly MeetingEvent[]): MeetingEventRow[] {
  const rowByKey = new Map(events.flatMap(rowOf).map((row) => [`${row.session} ${row.at} ${row.happened}`, row]))
  return [...rowByKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function rowOf(event: MeetingEvent): MeetingEventRow[] {
  const { is, meeting: told, at } = event
  const meeting = sha256(told.instance)
  if (is === 'stay') return []
  if (is === 'end') return [{ meeting, session: '', at, happened: is, told: '' }]
  const joined: Joined = { person: event.person, meeting: told }
  return [{ meeting, session: sha256(event.session), at, happened: is, told: is === 'join' ? JSON.stringify(joined) : '' }]
}

/** The stays of the sessions of these events, or of all sessions where the meeting has ended, that follow from all events stored. */
async function staysAfter(db: Db, hook: HookRow, rows: readonly MeetingEventRow[]): Promise<MeetingStay[]> {
  const [first] = rows
  if (!first) return []
  const sessions = new Set(rows.map(({ session }) => session))
  const session = sessions.size === 1 ? first.session : ''
  const stored = await db.all<MeetingEventRow>(meetingEvents(hook, first.meeting, session))
  const touched = sessions.has('') ? stored : stored.filter((row) => row.session === '' || sessions.has(row.session))
  return staysOf(hook.kind, touched)
}

/** The stay of an event that tells one as a whole. Another such event may make it longer. */
function wholeStay({ kind }: HookRow, event: MeetingEvent): MeetingStay[] {
  if (event.is !== 'stay') return []
  const { meeting, session, person, at, until } = event
  const stay_id = meetingStayId(kind, sha256(meeting.instance), session, at)
  return [{ ...person, stay_id, enter_time: at, leave_time: until, isOver: false }]
}
