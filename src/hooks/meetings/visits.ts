import { sha256 } from '../../access/token.ts'
import type { Meeting, MeetingPerson } from '../meeting_event.ts'
import type { MeetingEventRow } from './store.ts'

/** A stay of somebody in a meeting. Times are unix seconds. `isOver`: its end is known, and is `leave_time`. */
export type MeetingStay = MeetingPerson & {
  readonly stay_id: string
  readonly enter_time: number
  readonly leave_time: number
  readonly isOver: boolean
}

/** Begins with the kind of the hook, and has 64 characters at most: the kind, 20 of a digest, 10 of a time. */
export const meetingStayId = (kind: string, meeting: string, session: string, enter_time: number): string =>
  `${kind} ${sha256(`${meeting} ${session}`).slice(0, 20)} ${enter_time}`

/** What is stored of a join. */
export type Joined = { readonly person: MeetingPerson; readonly meeting: Meeting }

/**
 * The stays that follow from what happened in one meeting, in whatever order it came. A join is ended by the first leave of the same session
 * that follows, or else by the end of the meeting. Where the session joins again before either, its leave has not come yet: until then the
 * stay reaches to the next join. A leave without a join is no stay until its join is known.
 *
 * @param until how far a stay reaches whose session is still in the meeting, in unix seconds; by default it is a moment
 */
export function staysOf(kind: string, rows: readonly MeetingEventRow[], until = 0): MeetingStay[] {
  const ends = timesOf(rows, 'end')
  const rowsBySession = Map.groupBy(
    rows.filter(({ session }) => session !== ''),
    ({ session }) => session,
  )
  return [...rowsBySession].flatMap(([session, ofSession]) => {
    const joins = ofSession.filter(({ happened }) => happened === 'join').sort((a, b) => a.at - b.at)
    const leaves = timesOf(ofSession, 'leave')
    const people = joins.map(({ told }) => (JSON.parse(told) as Joined).person)
    // ClassIn's summary of a lesson tells no names
    const named = people.find(({ name, identity }) => name !== identity)
    return joins.map(({ meeting, at }, index) => {
      const next = joins[index + 1]?.at ?? Infinity
      const leftAt = takeFirst(leaves, at, next) ?? ends.find((end) => end >= at && end <= next)
      const leave_time = leftAt ?? (next < Infinity ? next : Math.max(at, until))
      const person = named ?? (people[index] as MeetingPerson)
      return { ...person, stay_id: meetingStayId(kind, meeting, session, at), enter_time: at, leave_time, isOver: leftAt !== undefined }
    })
  })
}

const timesOf = (rows: readonly MeetingEventRow[], what: MeetingEventRow['happened']) =>
  rows.flatMap(({ happened, at }) => (happened === what ? [at] : [])).sort((a, b) => a - b)

/** Removes and returns the first of ascending times between two others, both included: a leave ends one stay. */
function takeFirst(times: number[], from: number, to: number): number | undefined {
  const index = times.findIndex((time) => time >= from && time <= to)
  return index < 0 ? undefined : times.splice(index, 1)[0]
}
