import { among, greatest, least, numbers, type Query, sql } from '../store/sql.ts'
import { outsiderLines, visitorLines } from './lines.ts'
import { tickViewersAgain } from './ticks.ts'

/** Which stays are moved, in one register: those of the viewers `from` whose id begins with `tag` and a space, to each of the viewers `to`. */
export type Move = {
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly tag: string
  /** the line of a visitor among `to` */
  readonly visitor?: readonly [viewer_no: number, nickname: string]
}

/**
 * Statements that give stays to other viewers, for the batch that has locked the living and bumped its era: ticks are derived again and may be
 * taken back, which no other statement does within an era. A stay that several viewers of `to` get is copied; one that is there already is
 * merged. Viewers without a line get one as outsiders. The line of a visitor or an outsider who has no stay any more is deleted.
 *
 * @param now unix seconds, stored in `since` of new lines
 */
export function moveStays(corp_no: number, living_no: number, { from, to, tag, visitor }: Move, now: number): Query[] {
  const moved = sql`corp_no = ${corp_no} and living_no = ${living_no} and ${among('viewer_no', from)} and stay_id like ${`${tag} %`}`
  const outsiders = to.filter((viewer_no) => viewer_no > 0)
  return [
    ...(outsiders.length ? outsiderLines(corp_no, living_no, outsiders, now) : []),
    ...(visitor ? [visitorLines(corp_no, living_no, [visitor], now)] : []),
    sql`insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
      select cast(${corp_no} as bigint), cast(${living_no} as bigint), k.viewer_no, s.replay, s.stay_id,
        min(s.enter_time), max(s.leave_time), max(s.is_comment), min(s.source)
      from (select * from stay where ${moved}) as s
      cross join ${numbers('k', 'viewer_no', to)}
      where true
      group by k.viewer_no, s.replay, s.stay_id
      on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set
        enter_time = ${least}(stay.enter_time, excluded.enter_time),
        leave_time = ${greatest}(stay.leave_time, excluded.leave_time),
        is_comment = ${greatest}(stay.is_comment, excluded.is_comment)`,
    sql`delete from stay where ${moved} and not ${among('viewer_no', to)}`,
    ...dropIdleLines(corp_no, living_no, from),
    // the number of lines may be the same while their viewers are others
    sql`update register set entry_version = entry_version + 1 where corp_no = ${corp_no} and living_no = ${living_no}`,
    ...tickViewersAgain(corp_no, living_no, [...new Set([...from, ...to])]),
  ]
}

/**
 * Deletes the lines of those among these viewers who have no stay any more, and would have no line without one: visitors, and outsiders who
 * were never in range.
 */
const dropIdleLines = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => {
  const which = sql`corp_no = ${corp_no} and living_no = ${living_no} and ${among('viewer_no', viewer_nos)}`
  return [
    sql`delete from attendance
      where ${which} and in_range = 0 and excused is null
        and not exists (
          select 1 from stay s where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no = attendance.viewer_no
        )
        and not exists (
          select 1 from attendance_past p
          where p.corp_no = ${corp_no} and p.living_no = ${living_no} and p.viewer_no = attendance.viewer_no and p.in_range = 1
        )`,
    sql`delete from attendance_past
      where ${which} and not exists (
        select 1 from attendance a
        where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = attendance_past.viewer_no
      )`,
  ]
}
