import { setImmediate as nextLoop } from 'node:timers/promises'
import type { Static } from 'typebox'
import { beginning } from '../../cursor.ts'
import { classesOf, type Living, state } from '../../living/store.ts'
import { readEntry } from '../../register/entry.ts'
import { frozenUntil } from '../../register/freeze.ts'
import type { Standing } from '../../register/standing.ts'
import type { Watching } from '../../register/watch_time.ts'
import type { Db } from '../../store/db.ts'
import type { reportLine } from '../../wire/v1/report.ts'
import {
  everInRange,
  type JoinedRow,
  joinedAfterEnd,
  type LineRow,
  linesAfter,
  type PastRow,
  pastAfter,
  type StayRow,
  staysBetween,
} from './store.ts'
import { type LineFacts, reasonOf, type View, watchedIn } from './view.ts'

/** A line as the report shows it, with what the counts and the timeline need. */
export type ReportedLine = {
  viewer_no: number
  student_no: number
  shown: Static<typeof reportLine>
  standing: Standing
  /** whether the viewer watched enough, expected or not */
  hasWatched: boolean
  watching: Watching | undefined
  in_range: boolean
  timeline: TimelineStay[]
}
type TimelineStay = Pick<StayRow, 'stay_id' | 'enter_time' | 'leave_time' | 'is_comment' | 'replay' | 'source'> & {
  student_userid: string
  parent_userid?: string
  media_from?: number
  media_to?: number
}

const nothingWatched: Watching = { watch_time: 0, enter_time: 0, leave_time: 0, is_comment: 0 }

/** Lines read at once: some 10 ms of work, after which other calls get their turn. */
const linesAtOnce = 2000

/**
 * Lines of a register in the order of viewer numbers, as they stand or as they stood at `view.asOf`. Those who joined a class of an ended
 * living after its end are among them, unless the view is of an earlier moment.
 *
 * @param after a viewer number: the lines after it
 * @param viewer_nos of these viewers alone
 */
export async function* registerLines(
  db: Db,
  living: Living,
  view: View,
  after: number,
  viewer_nos: readonly number[] | undefined,
): AsyncGenerator<ReportedLine> {
  const classes = new Set((await db.all<{ party_id: number }>(classesOf(living.corp_no, living.living_no))).map(({ party_id }) => party_id))
  const isAsked = (line: ReportedLine) => line.viewer_no > after && (!viewer_nos || viewer_nos.includes(line.viewer_no))
  const joined = view.asOf === undefined ? (await joinedLines(db, living)).filter(isAsked) : []
  const namesAt = living.state === state.ended ? (living.end_time ?? undefined) : undefined
  for (let last = after; ; ) {
    const rows = await db.all<LineRow>(linesAfter(living, last, linesAtOnce, namesAt, viewer_nos))
    for (const line of await reportedLines(db, living, view, rows, classes, viewer_nos)) {
      while (joined[0] && joined[0].viewer_no < line.viewer_no) yield joined.shift() as ReportedLine
      yield line
    }
    if (rows.length < linesAtOnce) break
    last = (rows.at(-1) as LineRow).viewer_no
    await nextLoop()
  }
  yield* joined
}

/** Rows of lines with their stays and their past, as the report shows them. */
async function reportedLines(
  db: Db,
  living: Living,
  view: View,
  rows: readonly LineRow[],
  classes: ReadonlySet<number>,
  viewer_nos: readonly number[] | undefined,
) {
  if (rows.length === 0) return []
  const { asOf } = view
  const from = rows[0]?.viewer_no ?? beginning
  const to = rows.at(-1)?.viewer_no ?? beginning
  const stays = await db.all<StayRow>(staysBetween(living, from, to, viewer_nos))
  const past = asOf === undefined ? [] : await db.all<PastRow>(pastAfter(living, from, to, rosterMoment(living, asOf)))
  const wereInRange = rows.some((row) => !row.in_range) ? await db.all<{ viewer_no: number }>(everInRange(living, from, to)) : []

  const staysByViewer = Map.groupBy(stays, (stay) => stay.viewer_no)
  const pastByViewer = Map.groupBy(past, (row) => row.viewer_no)
  const everInRangeViewers = new Set(wereInRange.map((row) => row.viewer_no))
  // a line made after the moment looked at was not there, unless its viewer had watched by then
  const isThere = (row: LineRow) => asOf === undefined || row.since <= asOf || staysByViewer.has(row.viewer_no)
  return rows.filter(isThere).map((row) => {
    const then = rowAt(row, pastByViewer.get(row.viewer_no) ?? [], asOf)
    const staysThen = staysAt(staysByViewer.get(row.viewer_no) ?? [], asOf)
    return lineOf(living, then, staysThen, view, classes, everInRangeViewers.has(row.viewer_no))
  })
}

/** The roster of a frozen register is that of its end, so that no later moment shows another one. */
const rosterMoment = ({ end_time }: Living, asOf: number) => Math.min(asOf, end_time ?? asOf)

/**
 * A line as it was at a moment.
 *
 * @param past what it was later, earliest first; rows after the end tell of excuses alone
 */
function rowAt(row: LineRow, past: readonly PastRow[], asOf: number | undefined): LineRow {
  if (asOf === undefined) return row
  if (row.since > asOf) return { ...row, in_range: 0 }
  const [roster] = past
  const excuse = past.find(({ until }) => until > asOf && until < frozenUntil)
  return {
    ...row,
    ...(roster && { in_range: roster.in_range, is_subscribe: roster.is_subscribe }),
    ...(excuse && { excused: excuse.excused }),
  }
}

/** Stays as they were known at a moment: nobody has entered or left later. */
const staysAt = (stays: readonly StayRow[], asOf: number | undefined): readonly StayRow[] =>
  asOf === undefined
    ? stays
    : stays
        .filter((stay) => stay.enter_time <= asOf)
        .map((stay) => ({
          ...stay,
          leave_time: Math.min(stay.leave_time, asOf),
          watch_time: stay.watch_time === null ? null : Math.min(stay.watch_time, asOf - stay.enter_time),
        }))

function factsOf(
  { end_time, start_time }: Living,
  row: LineRow,
  stays: readonly StayRow[],
  { asOf }: View,
  wasInRange: boolean,
): LineFacts {
  const isLater =
    asOf !== undefined && row.since > asOf ? 'after the moment' : end_time !== null && row.since > end_time ? 'after the end' : undefined
  return {
    in_range: row.in_range === 1,
    is_subscribe: row.is_subscribe === 1,
    isExcused: row.excused !== null,
    wasInRange,
    isVisitor: row.viewer_no < 0,
    sawReplay: stays.some((stay) => stay.replay === 1),
    wasThereBefore: stays.some((stay) => stay.replay === 0 && stay.enter_time < (start_time ?? Infinity)),
    since: row.since,
    isLater,
  }
}

function lineOf(
  living: Living,
  row: LineRow,
  stays: readonly StayRow[],
  view: View,
  classes: ReadonlySet<number>,
  wasInRange: boolean,
): ReportedLine {
  const { student_userid, parent_userid, nickname, partyids = [] } = readEntry(row.entry)
  const watching = watchedIn(view, stays)
  const facts = factsOf(living, row, stays, view, wasInRange)
  const { standing, reason, hasWatched } = reasonOf(view, facts, watching)
  const in_range = facts.in_range && view.isHeld
  const person = { ...(student_userid !== undefined && { student_userid }), ...(parent_userid !== undefined && { parent_userid }) }
  return {
    viewer_no: row.viewer_no,
    student_no: row.student_no ?? 0,
    in_range,
    standing,
    hasWatched,
    watching,
    shown: {
      kind: facts.isVisitor ? 'visitor' : parent_userid === undefined ? 'student' : 'parent',
      ...person,
      name: row.name ?? nickname ?? '',
      ...(row.relation && { relation: row.relation }),
      partyids: in_range ? partyids.filter((partyid) => classes.has(partyid)) : partyids,
      reason,
      ...(row.excused !== null && { excused: { reason: row.excused, by: row.excused_by ?? '', at: row.excused_at ?? 0 } }),
      ...(in_range && view.start !== null && row.since > view.start && { joined_at: row.since }),
      ...punctuality(view, row.since, watching),
      ...(watching ?? nothingWatched),
    },
    timeline: stays.map(({ viewer_no: _, watch_time: _w, media_from, media_to, ...stay }) => ({
      student_userid: '',
      ...person,
      ...stay,
      ...(media_from != null && media_to != null && { media_from, media_to }),
    })),
  }
}

/** The whole minutes by which a viewer came late, after the start or after joining, and left early, before an end that is known. */
function punctuality({ start, end }: View, since: number, watching: Watching | undefined): { came_late?: number; left_early?: number } {
  if (start === null || !watching) return {}
  const came_late = Math.floor((watching.enter_time - Math.max(start, since)) / 60)
  const left_early = end === Infinity ? 0 : Math.floor((end - watching.leave_time) / 60)
  return { ...(came_late > 0 && { came_late }), ...(left_early > 0 && { left_early }) }
}

/** Who has joined a class of an ended living since its end, in the order of viewer numbers: shown, and never counted. */
export const joinedLines = async (db: Db, living: Living): Promise<ReportedLine[]> =>
  living.state === state.ended ? (await db.all<JoinedRow>(joinedAfterEnd(living))).map(joinedLine) : []

function joinedLine(row: JoinedRow): ReportedLine {
  const { viewer_no, student_no, student_userid, parent_userid, name, relation } = row
  const shown = {
    kind: parent_userid === null ? 'student' : 'parent',
    student_userid,
    ...(parent_userid !== null && { parent_userid }),
    name,
    ...(relation && { relation }),
    partyids: row.partyids.split(',').filter(Boolean).map(Number),
    reason: 'joined_after',
    ...nothingWatched,
  }
  return { viewer_no, student_no, shown, standing: 'outside', hasWatched: false, watching: undefined, in_range: false, timeline: [] }
}
