import { eachApart, type Failed } from '../../timed/each_apart.ts'
import type { HookContext } from '../sessions.ts'
import { type HookRow, hookByNumber } from '../store.ts'
import { livingsOfMeeting } from './livings.ts'
import { reportStays } from './report.ts'
import { forgetMeetingEvents, type MeetingEventRow, type MeetingLiving, meetingEvents, type OpenMeetingRow, openMeetings } from './store.ts'
import { type Joined, staysOf } from './visits.ts'

/** Seconds between two looks at the meetings that are going on. */
const intervalSeconds = 30
const daySeconds = 86_400
/** Seconds before now in which somebody who is still in a meeting may have joined it. */
const longestSeconds = 12 * 3600

/**
 * Timed work of meetings, to be called every second. Every 30 s the stays of those who are in a meeting grow while its living is on, so that
 * whoever joined before it is ticked, and their seconds are shown. A leave that comes late cuts them again. Events that came more than two
 * days ago are deleted.
 *
 * @param failed called for each meeting with which the work failed
 */
export function meetingWork(context: HookContext, failed: Failed) {
  let nextAt = 0
  return async (now: number): Promise<void> => {
    if (now < nextAt) return
    nextAt = now + intervalSeconds
    const { db } = context
    await db.batch([forgetMeetingEvents(now - 2 * daySeconds)])
    await eachApart(await db.all<OpenMeetingRow>(openMeetings(now - longestSeconds)), (row) => growStays(context, row, now), failed)
  }
}

/** Lets the stays in one meeting reach to now, or to the planned end of its living: whoever stays on longer counts when the leave comes. */
async function growStays(context: HookContext, row: OpenMeetingRow, now: number): Promise<void> {
  const { db } = context
  const [hook] = await db.all<HookRow>(hookByNumber(row.corp_no, row.hook_no))
  if (!hook) return
  const { meeting } = JSON.parse(row.told) as Joined
  const livings = (await livingsOfMeeting(db, hook, meeting, now)).filter((living) => isOn(living, now))
  if (livings.length === 0) return
  const until = Math.min(now, Math.max(...livings.map(plannedEnd)))
  const stays = staysOf(hook.kind, await db.all<MeetingEventRow>(meetingEvents(hook, row.meeting, '')), until)
  const open = stays.filter(({ isOver, enter_time, leave_time }) => !isOver && leave_time === until && enter_time < until)
  await reportStays(context, hook, livings, open, now)
}

const startOf = ({ start_time, reserve_start }: MeetingLiving) => start_time ?? reserve_start
const plannedEnd = (living: MeetingLiving) => startOf(living) + living.reserve_living_duration

/** Whether a living has begun and not ended; also just after its planned end, so that the last seconds are not missing. */
const isOn = (living: MeetingLiving, now: number) =>
  now > startOf(living) && (living.end_time === null || now < living.end_time) && now <= plannedEnd(living) + 2 * intervalSeconds
