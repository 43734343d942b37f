import { overlappingStays } from '../../register/audience.ts'
import { blockSize } from '../../register/block.ts'
import { isMissingSql } from '../../register/standing.ts'
import type { StayTimes } from '../../register/watch_time.ts'
import { sql } from '../../store/sql.ts'

type Register = { corp_no: number; living_no: number }

/** The missing lines of a register, as the partial index has them. */
const fromMissing = ({ corp_no, living_no }: Register) => sql`from attendance
      where corp_no = ${corp_no} and living_no = ${living_no} and ${isMissingSql}`

/** The blocks in which a line has changed since a version, with the version of each, as one text `[block,version],…` or null. */
export const blocksMovedSince = ({ corp_no, living_no }: Register, version: number) => sql`
    select string_agg('[' || block || ',' || version || ']', ',') as blocks from register_block
    where corp_no = ${corp_no} and living_no = ${living_no} and version > ${version}`

/**
 * The missing of a run of blocks, in order: their numbers as one text separated by commas (null where there are none), their entries as
 * one separated by line feeds. 1,000 lines as two texts take a third of the time of 1,000 rows.
 */
export const missingOfBlocks = (register: Register, firstBlock: number, lastBlock: number, limit: number) => sql`
    select string_agg(cast(viewer_no as text), ',') as viewer_nos, string_agg(entry, '\n') as entries
    from (
      select viewer_no, entry ${fromMissing(register)}
        and viewer_no >= ${firstBlock * blockSize} and viewer_no < ${(lastBlock + 1) * blockSize}
      order by viewer_no limit ${limit}
    ) as page`

/** The missing parents, after a viewer, of students of whose household nobody has watched. */
export const parentsOfIdleHouseholds = (register: Register, after: number, limit: number) => sql`
  select viewer_no, entry ${fromMissing(register)}
    and viewer_no > ${after}
    and exists (
      select 1 from viewer v
      where v.corp_no = ${register.corp_no} and v.viewer_no = attendance.viewer_no and v.parent_no > 0
        and not exists (
          select 1 from viewer h join attendance w on w.corp_no = h.corp_no and w.living_no = ${register.living_no} and w.viewer_no = h.viewer_no
          where h.corp_no = ${register.corp_no} and h.student_no = v.student_no and w.watched = 1
        )
    )
  order by viewer_no
  limit ${limit}`

/** `last` is the number of the last viewer who watched, the same on every row. */
export type WatchedStayRow = StayTimes & { viewer_no: number; entry: string; last: number }

/** The overlapping stays of the next viewers, in order of viewer and enter. The primary key of `stay` has them together, so a page is a range of it. */
export const staysOfNextViewers = ({ corp_no, living_no }: Register, after: number, viewers: number) => {
  const stays = overlappingStays(corp_no, living_no)
  return sql`
    select t.viewer_no, t.enter_time, t.leave_time, t.is_comment, t.watch_time, a.entry,
      (select s.viewer_no ${stays} order by s.viewer_no desc limit 1) as last
    from (
      select s.viewer_no, s.enter_time, s.leave_time, s.is_comment, s.watch_time ${stays} and s.viewer_no in (
        select s.viewer_no ${stays} and s.viewer_no > ${after} group by s.viewer_no order by s.viewer_no limit ${viewers}
      )
    ) as t
    cross join attendance a
    where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = t.viewer_no
    order by t.viewer_no, t.enter_time`
}
