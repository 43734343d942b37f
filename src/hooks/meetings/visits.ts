import { sha256 } from '../../access/token.ts'
import type { Meeting, MeetingPerson } from '../meeting_event.ts'
import type { MeetingEventRow } from './store.ts'

/** A stay of somebody in a meeting. Times are unix seconds. A stay of which only the beginning is known ends where it begins. */
export type MeetingStay = MeetingPerson & { readonly stay_id: string; readonly enter_time: number; readonly leave_time: number }

/** Begins with the kind of the hook, and has 64 characters at most: the kind, 20 of a digest, 10 of a time. */
export const meetingStayId = (kind: string, meeting: string, session: string, enter_time: number): string =>
  `${kind} ${sha256(`${meeting} ${session}`).slice(0, 20)} ${enter_time}`

/** What is stored of a join. */
export type Joined = { readonly person: MeetingPerson; readonly meeting: Meeting }

/**
 * The stays that follow from what happened in one meeting, in whatever order it came. A join is ended by the first leave of the same session
 * that follows. While there is none, or where the session joins again before it leaves, the stay ends when the session was last found to be
 * present, or else is a moment. A leave without a join is no stay until its join is known.
 */
export function staysOf(kind: string, rows: readonly MeetingEventRow[]): MeetingStay[] {
  const rowsBySession = Map.groupBy(
    rows.filter(({ session }) => session !== ''),
    ({ session }) => session,
  )
  return [...rowsBySession].flatMap(([session, ofSession]) => {
    const sorted = ofSession.toSorted((a, b) => a.at - b.at)
    const timesOf = (what: string) => sorted.flatMap(({ happened, at }) => (happened === what ? [at] : []))
    const [joins, leaves, presences] = [sorted.filter(({ happened }) => happened === 'join'), timesOf('leave'), timesOf('present')]
    return joins.map(({ meeting, at, told }, index) => {
      const next = joins[index + 1]?.at ?? Infinity
      const leave_time = takeFirst(leaves, at, next) ?? presences.findLast((time) => time >= at && time <= next) ?? at
      return { ...(JSON.parse(told) as Joined).person, stay_id: meetingStayId(kind, meeting, session, at), enter_time: at, leave_time }
    })
  })
}

/** Removes and returns the first of ascending times between two others, both included: a leave ends one stay. */
function takeFirst(times: number[], from: number, to: number): number | undefined {
  const index = times.findIndex((time) => time >= from && time <= to)
  return index < 0 ? undefined : times.splice(index, 1)[0]
}
