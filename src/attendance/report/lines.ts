import { setImmediate as turn } from 'node:timers/promises'
import type { Static } from 'typebox'
import { beginning } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import type { Watching } from '../../register/watch_time.ts'
import type { Db } from '../../store/db.ts'
import type { reportLine } from '../../wire/v1/report.ts'
import { nothingWatched, reasonOf, type View, watchedIn } from './reason.ts'
import {
  type JoinedRow,
  joinedAfter,
  type LineRow,
  linesAfter,
  onceInRange,
  type PastRow,
  pastBetween,
  type StayRow,
  staysBetween,
} from './store.ts'

/** A line as the report shows it, and what the counts need of it. */
export type ReportedLine = {
  viewer_no: number
  student_no: number
  shown: Static<typeof reportLine>
  watching: Watching | undefined
  in_range: boolean
  timeline: {
    student_userid: string
    parent_userid?: string
    stay_id: string
    enter_time: number
    leave_time: number
    is_comment: number
    replay: number
    source: string
    media_from?: number
    media_to?: number
  }[]
}

/** Some 10 ms of work, after which others have their turn. */
const atOnce = 2000

/** Every line from a place on, in order, as it stands or as it stood at a moment; at last those who joined after the end. */
export async function* registerLines(
  db: Db,
  living: Living,
  view: View,
  after: number,
  only: readonly number[] | undefined,
): AsyncGenerator<ReportedLine> {
  const { as_of } = view
  const late = as_of === undefined ? await joinedLines(db, living) : []
  const joined = late.filter((line) => line.viewer_no > after && (!only || only.includes(line.viewer_no)))
  for (let place = after; ; ) {
    const found = await db.all<LineRow>(linesAfter(living, place, atOnce, only))
    const [from, to] = [found[0]?.viewer_no ?? beginning, found.at(-1)?.viewer_no ?? beginning]
    const stays = Map.groupBy(found.length ? await db.all<StayRow>(staysBetween(living, from, to, only)) : [], (stay) => stay.viewer_no)
    const past = new Map(
      as_of === undefined || !found.length
        ? []
        : (await db.all<PastRow>(pastBetween(living, from, to, as_of))).map((row) => [row.viewer_no, row]),
    )
    const once = new Set(
      found.some((row) => !row.in_range)
        ? (await db.all<{ viewer_no: number }>(onceInRange(living, from, to))).map((row) => row.viewer_no)
        : [],
    )
    const isLast = found.length < atOnce
    for (const row of found) {
      if (as_of !== undefined && row.since > as_of && !stays.has(row.viewer_no)) continue
      while (joined[0] && joined[0].viewer_no < row.viewer_no) yield joined.shift() as ReportedLine
      yield lineOf(standingAt(row, past.get(row.viewer_no), as_of), stays.get(row.viewer_no) ?? [], view, once.has(row.viewer_no))
    }
    if (isLast) break
    place = to
    await turn()
  }
  yield* joined
}

/** A line as it was at a moment: made later, it was not there. */
function standingAt(row: LineRow, past: PastRow | undefined, as_of: number | undefined): LineRow {
  if (as_of === undefined) return row
  if (row.since > as_of) return { ...row, in_range: 0 }
  return past ? { ...row, in_range: past.in_range, is_subscribe: past.is_subscribe, excused: past.excused } : row
}

function lineOf(row: LineRow, all: readonly StayRow[], view: View, once: boolean): ReportedLine {
  const { as_of } = view
  // seen from a moment, nobody has come or left later than it
  const stays = as_of === undefined ? all : all.filter((stay) => stay.enter_time <= as_of).map((stay) => cutAt(stay, as_of))
  const entry = JSON.parse(`{${row.entry}}`) as { nickname?: string; student_userid?: string; parent_userid?: string; partyids?: number[] }
  const isVisitor = row.viewer_no < 0
  const watching = watchedIn(view, stays)
  const standing = { in_range: row.in_range === 1, is_subscribe: row.is_subscribe === 1, excused: row.excused !== null, once, isVisitor }
  const who = {
    ...(entry.student_userid !== undefined && { student_userid: entry.student_userid }),
    ...(entry.parent_userid !== undefined && { parent_userid: entry.parent_userid }),
  }
  return {
    viewer_no: row.viewer_no,
    student_no: row.student_no ?? 0,
    in_range: standing.in_range,
    watching,
    shown: {
      kind: isVisitor ? 'visitor' : entry.parent_userid === undefined ? 'student' : 'parent',
      ...who,
      name: row.name ?? entry.nickname ?? '',
      ...(row.relation && { relation: row.relation }),
      partyids: entry.partyids ?? [],
      reason: reasonOf(
        view,
        standing,
        watching,
        stays.some((stay) => stay.replay === 1),
      ),
      ...(row.excused !== null && { excused: { reason: row.excused, by: row.excused_by ?? '', at: row.excused_at ?? 0 } }),
      ...(watching ?? nothingWatched),
    },
    timeline: stays.map(({ viewer_no: _, watch_time: _w, media_from, media_to, ...stay }) => ({
      student_userid: '',
      ...who,
      ...stay,
      ...(media_from != null && media_to != null && { media_from, media_to }),
    })),
  }
}

/** Who has joined a class of the lesson since it ended, in the order of their numbers: shown, and never counted. */
export const joinedLines = async (db: Db, living: Living): Promise<ReportedLine[]> =>
  living.state === 2 ? (await db.all<JoinedRow>(joinedAfter(living))).map(joinedLine) : []

const cutAt = (stay: StayRow, as_of: number): StayRow => ({
  ...stay,
  leave_time: Math.min(stay.leave_time, as_of),
  watch_time: stay.watch_time === null ? null : Math.min(stay.watch_time, as_of - stay.enter_time),
})

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
  return { viewer_no, student_no, shown, watching: undefined, in_range: false, timeline: [] }
}
