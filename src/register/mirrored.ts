import { among, type Query, rows, sql } from '../store/sql.ts'
import { bumpAllLines, bumpBlocks } from './versions.ts'
import type { Watching } from './watch_time.ts'

/** A register as another host's lists have it: its lines are written as they come, and not derived from a roster or from stays. */
export type MirroredLine = {
  readonly viewer_no: number
  readonly in_range: number
  readonly is_subscribe: number
  /** see entry.ts */
  readonly entry: string
  readonly watching: Watching | undefined
}

export type MirroredRow = Omit<MirroredLine, 'watching'> & {
  enter_time: number | null
  leave_time: number | null
  is_comment: number | null
  watch_time: number | null
}

/** The id of a mirrored stay. A viewer has one: first enter, last leave, and the seconds that the host counted between them. */
const mirroredStayId = 'mirror'

/** The lines of a mirrored register as they were last written, each with its stay. */
export const mirroredRows = (corp_no: number, living_no: number) => sql`
  select a.viewer_no, a.in_range, a.is_subscribe, a.entry, s.enter_time, s.leave_time, s.is_comment, s.watch_time
  from attendance a
  left join stay s on s.corp_no = a.corp_no and s.living_no = a.living_no and s.viewer_no = a.viewer_no
  where a.corp_no = ${corp_no} and a.living_no = ${living_no}`

/**
 * Upserts lines with their stays. An excuse given here stays.
 *
 * @param lines those that are new or differ from what is stored
 * @param since unix seconds, stored in `since` of new lines
 */
export const putMirrored = (corp_no: number, living_no: number, lines: readonly MirroredLine[], since: number): Query[] => {
  const idle = lines.filter((line) => line.watching === undefined).map((line) => line.viewer_no)
  const watched = lines.flatMap(({ viewer_no, watching }) => (watching ? [{ viewer_no, ...watching }] : []))
  return [
    sql`insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
      select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, in_range, is_subscribe, cast(${since} as bigint), watched, entry
      from ${rows(
        'r',
        { viewer_no: 'bigint', in_range: 'bigint', is_subscribe: 'bigint', watched: 'bigint', entry: 'text' },
        lines.map((line) => [line.viewer_no, line.in_range, line.is_subscribe, line.watching ? 1 : 0, line.entry]),
      )}
      where true
      on conflict (corp_no, living_no, viewer_no) do update set
        in_range = excluded.in_range, is_subscribe = excluded.is_subscribe, watched = excluded.watched, entry = excluded.entry`,
    dropStays(corp_no, living_no, idle),
    sql`insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source, watch_time)
      select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, 0, ${mirroredStayId}, enter_time, leave_time, is_comment, 'mirror', watch_time
      from ${rows(
        'r',
        { viewer_no: 'bigint', enter_time: 'bigint', leave_time: 'bigint', is_comment: 'bigint', watch_time: 'bigint' },
        watched.map((stay) => [stay.viewer_no, stay.enter_time, stay.leave_time, stay.is_comment, stay.watch_time]),
      )}
      where true
      on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set enter_time = excluded.enter_time,
        leave_time = excluded.leave_time, is_comment = excluded.is_comment, watch_time = excluded.watch_time`,
  ]
}

const dropStays = (corp_no: number, living_no: number, viewer_nos: readonly number[]) => sql`
  delete from stay where corp_no = ${corp_no} and living_no = ${living_no}
    and ${among('viewer_no', viewer_nos)}`

/** Deletes the lines of viewers whom the host does not name any more. */
export const dropMirrored = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => [
  dropStays(corp_no, living_no, viewer_nos),
  sql`delete from attendance where corp_no = ${corp_no} and living_no = ${living_no}
    and ${among('viewer_no', viewer_nos)}`,
]

/** Makes a mirrored register visible, and invalidates whatever is cached of it. */
export const showMirrored = (corp_no: number, living_no: number): Query[] => [
  sql`update register set ready = 1, entry_version = entry_version + 1 where corp_no = ${corp_no} and living_no = ${living_no}`,
  bumpBlocks(sql`corp_no = ${corp_no} and living_no = ${living_no}`),
  ...bumpAllLines(corp_no, living_no),
]
