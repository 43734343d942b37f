import type { Meeting } from '../meeting_event.ts'
import { type HookRow, hookByNumber } from '../store.ts'
import type { HookContext } from '../take.ts'
import { forgetMeetingEvents, type UnclosedRow, unclosedSessions } from './store.ts'
import { closeSessions } from './take.ts'

const minuteSeconds = 60
const daySeconds = 86_400
/** Seconds after the end of a meeting, or after a join that came later than it, in which leaves may still come that happened before. */
const lateLeaveSeconds = 300
/** Seconds after the end of a meeting in which joins without a leave are looked for. */
const mostLateSeconds = 6 * 3600

/**
 * Timed work of meetings, to be called every second: once a minute it ends the stays of those who were in a meeting when it ended, and
 * deletes events that came more than two days ago. A leave that was sent before the end may come after it, and stays only ever grow; so
 * leaves have five minutes to come.
 */
export function meetingWork(context: HookContext) {
  let nextAt = 0
  return async (now: number): Promise<void> => {
    if (now < nextAt) return
    nextAt = now + minuteSeconds
    const rows = await context.db.all<UnclosedRow>(unclosedSessions(now - mostLateSeconds, now - lateLeaveSeconds))
    const rowsByMeeting = Map.groupBy(rows, ({ corp_no, hook_no, meeting, ended_at }) => `${corp_no} ${hook_no} ${meeting} ${ended_at}`)
    for (const ofMeeting of rowsByMeeting.values()) await close(context, ofMeeting, now)
    await context.db.batch([forgetMeetingEvents(now - 2 * daySeconds)])
  }
}

async function close(context: HookContext, rows: readonly UnclosedRow[], now: number): Promise<void> {
  const [{ corp_no, hook_no, ended_at, told }] = rows as [UnclosedRow]
  const [hook] = await context.db.all<HookRow>(hookByNumber(corp_no, hook_no))
  const sessions = [...new Set(rows.map(({ session }) => session))]
  if (hook) await closeSessions(context, hook, JSON.parse(told) as Meeting, sessions, ended_at, now)
}
