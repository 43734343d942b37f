import type { Meeting } from '../meeting_event.ts'
import type { HookContext } from '../sessions.ts'
import { type HookRow, hookByNumber } from '../store.ts'
import { livingsOfMeeting } from './livings.ts'
import {
  forgetMeetingEvents,
  type OpenMeetingRow,
  type OpenSessionRow,
  unclosedSessions,
  unnoticedMeetings,
  unnoticedSessions,
} from './store.ts'
import { takeConclusion } from './take.ts'
import type { Joined } from './visits.ts'

const minuteSeconds = 60
const daySeconds = 86_400
/** Seconds after the end of a meeting, or after a join that came later than it, in which leaves may still come that happened before. */
const lateLeaveSeconds = 300
/** Seconds after the end of a meeting in which joins without a leave are looked for. */
const mostLateSeconds = 6 * 3600
/** Seconds before a living begins, and after it has begun, in which a leave may still come that happened before it began. */
const noticeSeconds = 30
/** Seconds before a living in which somebody may have joined its meeting. */
const mostEarlySeconds = 12 * 3600

/**
 * Timed work of meetings, to be called every second. Once a minute
 *
 * - those who joined before a living began, and have not left, are found to be present in its first second: else they would be missing until
 *   they leave;
 * - those who were in a meeting when it ended have left then. A leave that was sent before the end may come after it, and stays only ever
 *   grow; so leaves have five minutes to come;
 * - events that came more than two days ago are deleted.
 */
export function meetingWork(context: HookContext) {
  let nextAt = 0
  return async (now: number): Promise<void> => {
    if (now < nextAt) return
    nextAt = now + minuteSeconds
    const { db } = context
    for (const row of await db.all<OpenMeetingRow>(unnoticedMeetings(now - mostEarlySeconds, now - noticeSeconds)))
      await notice(context, row, now)
    const unclosed = await db.all<OpenSessionRow>(unclosedSessions(now - mostLateSeconds, now - lateLeaveSeconds))
    for (const rows of Map.groupBy(unclosed, ({ corp_no, hook_no, meeting }) => `${corp_no} ${hook_no} ${meeting}`).values())
      await close(context, rows, now)
    await db.batch([forgetMeetingEvents(now - 2 * daySeconds)])
  }
}

const hookOf = async ({ db }: HookContext, { corp_no, hook_no }: OpenMeetingRow) =>
  (await db.all<HookRow>(hookByNumber(corp_no, hook_no)))[0]

/** Finds who is in a meeting present in its living, if it has begun: from its beginning on, or from the join on where that is later. */
async function notice(context: HookContext, row: OpenMeetingRow, now: number): Promise<void> {
  const { db } = context
  const hook = await hookOf(context, row)
  if (!hook) return
  const { meeting } = JSON.parse(row.told) as Joined
  const begun = (await livingsOfMeeting(db, hook, meeting, now))
    .filter(({ end_time }) => end_time === null || end_time > now)
    .map(({ start_time, reserve_start }) => start_time ?? reserve_start)
    .filter((start) => start <= now - noticeSeconds)
  if (begun.length === 0) return
  const start = Math.max(...begun)
  const sessions = await db.all<OpenSessionRow>(unnoticedSessions(row, row.meeting, now - noticeSeconds))
  for (const [at, some] of Map.groupBy(sessions, (session) => Math.max(session.at, start + 1)))
    await takeConclusion(context, hook, meeting, sessionsOf(some), 'present', at, now)
}

/** Lets sessions of one meeting leave when it ended. */
async function close(context: HookContext, rows: readonly OpenSessionRow[], now: number): Promise<void> {
  const hook = await hookOf(context, rows[0] as OpenSessionRow)
  if (!hook) return
  for (const [at, some] of Map.groupBy(rows, (row) => row.at)) {
    const [{ told }] = some as [OpenSessionRow]
    await takeConclusion(context, hook, JSON.parse(told) as Meeting, sessionsOf(some), 'leave', at, now)
  }
}

const sessionsOf = (rows: readonly OpenSessionRow[]) => [...new Set(rows.map(({ session }) => session))]
