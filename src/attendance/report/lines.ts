import { setImmediate as nextLoop } from 'node:timers/promises'
import type { Static } from 'typebox'
import { beginning } from '../../cursor.ts'
import { type Living, state } from '../../living/store.ts'
import { readEntry } from '../../register/entry.ts'
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
import { reasonOf, type View, watchedIn } from './view.ts'

/** A line as the report shows it, with what the counts and the timeline need. */
export type ReportedLine = {
  viewer_no: number
  student_no: number
  shown: Static<typeof reportLine>
  standing: Standing
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
  const isAsked = (line: ReportedLine) => line.viewer_no > after && (!viewer_nos || viewer_nos.includes(line.viewer_no))
  const joined = view.asOf === undefined ? (await joinedLines(db, living)).filter(isAsked) : []
  for (let last = after; ; ) {
    const rows = await db.all<LineRow>(linesAfter(living, last, linesAtOnce, viewer_nos))
    for (const line of await reportedLines(db, living, view, rows, viewer_nos)) {
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
async function reportedLines(db: Db, living: Living, view: View, rows: readonly LineRow[], viewer_nos: readonly number[] | undefined) {
  if (rows.length === 0) return []
  const { asOf } = view
  const from = rows[0]?.viewer_no ?? beginning
  const to = rows.at(-1)?.viewer_no ?? beginning
  const stays = await db.all<StayRow>(staysBetween(living, from, to, viewer_nos))
  const past = asOf === undefined ? [] : await db.all<PastRow>(pastAfter(living, from, to, asOf))
  const wereInRange = rows.some((row) => !row.in_range) ? await db.all<{ viewer_no: number }>(everInRange(living, from, to)) : []

  const staysByViewer = Map.groupBy(stays, (stay) => stay.viewer_no)
  const pastByViewer = new Map(past.map((row) => [row.viewer_no, row]))
  const everInRangeViewers = new Set(wereInRange.map((row) => row.viewer_no))
  // a line made after the moment looked at was not there, unless its viewer had watched by then
  const isThere = (row: LineRow) => asOf === undefined || row.since <= asOf || staysByViewer.has(row.viewer_no)
  return rows.filter(isThere).map((row) => {
    const { viewer_no } = row
    const rowThen = rowAt(row, pastByViewer.get(viewer_no), asOf)
    return lineOf(rowThen, staysAt(staysByViewer.get(viewer_no) ?? [], asOf), view, everInRangeViewers.has(viewer_no))
  })
}

/** A line as it was at a moment. */
function rowAt(row: LineRow, past: PastRow | undefined, asOf: number | undefined): LineRow {
  if (asOf === undefined) return row
  if (row.since > asOf) return { ...row, in_range: 0 }
  return past ? { ...row, in_range: past.in_range, is_subscribe: past.is_subscribe, excused: past.excused } : row
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

function lineOf(row: LineRow, stays: readonly StayRow[], view: View, wasInRange: boolean): ReportedLine {
  const { student_userid, parent_userid, nickname, partyids } = readEntry(row.entry)
  const isVisitor = row.viewer_no < 0
  const in_range = row.in_range === 1
  const watching = watchedIn(view, stays)
  const sawReplay = stays.some((stay) => stay.replay === 1)
  const facts = { in_range, is_subscribe: row.is_subscribe === 1, isExcused: row.excused !== null, wasInRange, isVisitor, sawReplay }
  const { standing, reason } = reasonOf(view, facts, watching)
  const person = { ...(student_userid !== undefined && { student_userid }), ...(parent_userid !== undefined && { parent_userid }) }
  return {
    viewer_no: row.viewer_no,
    student_no: row.student_no ?? 0,
    in_range,
    standing,
    watching,
    shown: {
      kind: isVisitor ? 'visitor' : parent_userid === undefined ? 'student' : 'parent',
      ...person,
      name: row.name ?? nickname ?? '',
      ...(row.relation && { relation: row.relation }),
      partyids: partyids ?? [],
      reason,
      ...(row.excused !== null && { excused: { reason: row.excused, by: row.excused_by ?? '', at: row.excused_at ?? 0 } }),
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
  return { viewer_no, student_no, shown, standing: 'outside', watching: undefined, in_range: false, timeline: [] }
}
