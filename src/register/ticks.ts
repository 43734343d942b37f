import { among, type Query, sql } from '../store/sql.ts'
import { bumpAllLines, bumpLines } from './versions.ts'

/** Ticks: which lines are marked as watched. They are derived from the living's start and end and from the stays, in whatever order those become known. */

/**
 * SQL: whether a stay `s` overlaps its living `l`, which is [start, end), or as a moment lies in it. Nothing overlaps before the start is
 * known. A stay whose seconds another host has counted always does.
 */
export const overlaps = sql`s.replay = 0 and (s.watch_time is not null or s.enter_time < coalesce(l.end_time, 99999999999)
      and (s.leave_time > l.start_time or s.enter_time >= l.start_time))`

/**
 * SQL: 1 if the viewer of a line has a stay that overlaps the living, else 0. Written as a scalar sub-query, so that PostgreSQL looks the
 * stays up by key for each line. As a join on tables without statistics it read all stays of the living for each line, and took 5 s to
 * tick one viewer among 6,000.
 */
const hasWatched = (corp_no: number, living_no: number) => sql`coalesce((
      select 1 from stay s
      join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
      where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no = attendance.viewer_no and ${overlaps}
      limit 1
    ), 0)`

/** Derives all ticks of a living again, after its start or end has moved. */
export const tickAgain = (corp_no: number, living_no: number): Query[] => [
  sql`update attendance set watched = 1 - watched
    where corp_no = ${corp_no} and living_no = ${living_no} and watched <> ${hasWatched(corp_no, living_no)}`,
  ...bumpAllLines(corp_no, living_no),
]

/** Derives the ticks of these viewers again, after stays were taken from them or given to them. A tick may be taken back. */
export const tickViewersAgain = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => [
  sql`update attendance set watched = 1 - watched
    where corp_no = ${corp_no} and living_no = ${living_no} and ${among('viewer_no', viewer_nos)}
      and watched <> ${hasWatched(corp_no, living_no)}`,
  ...bumpLines(corp_no, living_no, viewer_nos),
]

/** Ticks these viewers where one of their stays, merged from all reports, overlaps the living. To be put behind the statement that writes stays. */
export const tick = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => [
  sql`update attendance set watched = 1
    where corp_no = ${corp_no} and living_no = ${living_no} and watched = 0
      and ${among('viewer_no', viewer_nos)}
      and ${hasWatched(corp_no, living_no)} = 1`,
  ...bumpLines(corp_no, living_no, viewer_nos),
]
