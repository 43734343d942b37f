import { sha256 } from '../../access/token.ts'
import type { MeetingPerson } from '../meeting_event.ts'
import type { MeetingEventRow } from './store.ts'

/** A stay of somebody in a meeting. Times are unix seconds. A stay of which only the beginning is known ends where it begins. */
export type MeetingStay = MeetingPerson & { readonly stay_id: string; readonly enter_time: number; readonly leave_time: number }

/** Begins with the kind of the hook, and has 64 characters at most: the kind, 20 of a digest, 10 of a time. */
export const meetingStayId = (kind: string, meeting: string, session: string, enter_time: number): string =>
  `${kind} ${sha256(`${meeting} ${session}`).slice(0, 20)} ${enter_time}`

/**
 * The stays that follow from the joins and leaves of one meeting, in whatever order they came. A join is ended by the first leave of the same
 * session that follows. Where the session joins again before it leaves, nobody knows when it left, so the stay is a moment, as it is while
 * no leave has come. A leave without a join is no stay until its join is known.
 */
export function staysOf(kind: string, rows: readonly MeetingEventRow[]): MeetingStay[] {
  const rowsBySession = Map.groupBy(
    rows.filter(({ session }) => session !== ''),
    ({ session }) => session,
  )
  return [...rowsBySession].flatMap(([session, ofSession]) => {
    const joins = ofSession.filter(({ is_join }) => is_join === 1).sort((a, b) => a.at - b.at)
    const leaves = ofSession.flatMap(({ is_join, at }) => (is_join === 0 ? [at] : [])).sort((a, b) => a - b)
    return joins.map(({ meeting, at, told }, index) => {
      const leave_time = takeFirst(leaves, at, joins[index + 1]?.at ?? Infinity) ?? at
      return { ...(JSON.parse(told) as MeetingPerson), stay_id: meetingStayId(kind, meeting, session, at), enter_time: at, leave_time }
    })
  })
}

/** Removes and returns the first of ascending times between two others, both included: a leave ends one stay. */
function takeFirst(times: number[], from: number, to: number): number | undefined {
  const index = times.findIndex((time) => time >= from && time <= to)
  return index < 0 ? undefined : times.splice(index, 1)[0]
}
