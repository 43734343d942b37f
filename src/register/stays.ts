import { greatest, least, numbers, type Query, rows, sql } from '../store/sql.ts'

type Register = { corp_no: number; living_no: number }

/** A stay of a viewer. Times are unix seconds. */
export type Stay = { viewer_no: number; replay: number; stay_id: string; enter_time: number; leave_time: number; is_comment: number }

/** `watched` is 1 for a viewer whose line is ticked, null for one without a line. */
export type LookedUpLine = { viewer_no: number; watched: number | null }

/**
 * Of these viewers, those whose line is ticked and those who have no line. Most viewers of a report have a line that is not ticked, and
 * are left out of the answer. A scalar sub-query on purpose: see `hasWatched` in register/ticks.ts.
 */
export const tickedOrLineless = ({ corp_no, living_no }: Register, viewer_nos: readonly number[]) => {
  const watched = sql`(
        select a.watched from attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no
      )`
  return sql`
      select k.viewer_no, ${watched} as watched from ${numbers('k', 'viewer_no', viewer_nos)} where coalesce(${watched}, 1) = 1`
}

export type ChildRow = { parent_key: string; viewer_no: number; active: number }

/** The children on the register of each of these parents, by the parent's viewers: in range or not. `parent_key` is a userid in lower case. */
export const childrenOnRegister = ({ corp_no, living_no }: Register, parent_keys: readonly string[]) => sql`
  select r.parent_key, v.viewer_no, v.active
  from ${rows(
    'r',
    { parent_key: 'text' },
    parent_keys.map((key) => [key]),
  )}
  cross join parent p
  cross join viewer v
  cross join attendance a
  where p.corp_no = ${corp_no} and p.parent_key = r.parent_key
    and v.corp_no = ${corp_no} and v.parent_no = p.parent_no
    and a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = v.viewer_no
  order by v.viewer_no`

/** The end of stays that were taken to go on, and did not. To be followed by `tickAgain`. */
export type Cut = { viewer_no: number; stay_id: string; leave_time: number }

/** Makes stays end at `leave_time` that are stored with a later end. */
export const cutStays = ({ corp_no, living_no }: Register, cuts: readonly Cut[]): Query => sql`
  update stay set leave_time = r.leave_time
  from ${rows(
    'r',
    { viewer_no: 'bigint', stay_id: 'text', leave_time: 'bigint' },
    cuts.map(({ viewer_no, stay_id, leave_time }) => [viewer_no, stay_id, leave_time]),
  )}
  where stay.corp_no = ${corp_no} and stay.living_no = ${living_no} and stay.replay = 0
    and stay.viewer_no = r.viewer_no and stay.stay_id = r.stay_id and stay.leave_time > r.leave_time`

/** Of these stays those that are stored with a later end. */
export const longerStays = ({ corp_no, living_no }: Register, cuts: readonly Cut[]): Query => sql`
  select r.viewer_no, r.stay_id, r.leave_time
  from ${rows(
    'r',
    { viewer_no: 'bigint', stay_id: 'text', leave_time: 'bigint' },
    cuts.map(({ viewer_no, stay_id, leave_time }) => [viewer_no, stay_id, leave_time]),
  )}
  cross join stay
  where stay.corp_no = ${corp_no} and stay.living_no = ${living_no} and stay.replay = 0
    and stay.viewer_no = r.viewer_no and stay.stay_id = r.stay_id and stay.leave_time > r.leave_time`

const stayColumns = {
  viewer_no: 'bigint',
  replay: 'bigint',
  stay_id: 'text',
  enter_time: 'bigint',
  leave_time: 'bigint',
  is_comment: 'bigint',
} as const

/**
 * Upserts stays, merging each with the one stored: earliest enter, latest leave. So the same stays twice, late, or split over several
 * reports come to the same rows.
 *
 * @param stays in the order of their key, each key once
 * @param source who reported them, shown in the timeline of a report
 */
export const putStays = ({ corp_no, living_no }: Register, stays: readonly Stay[], source: string): Query => sql`
  insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
  select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, replay, stay_id, enter_time, leave_time, is_comment, ${source}
  from ${rows(
    'r',
    stayColumns,
    stays.map((s) => [s.viewer_no, s.replay, s.stay_id, s.enter_time, s.leave_time, s.is_comment]),
  )}
  where true
  on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set
    enter_time = ${least}(stay.enter_time, excluded.enter_time),
    leave_time = ${greatest}(stay.leave_time, excluded.leave_time),
    is_comment = ${greatest}(stay.is_comment, excluded.is_comment)`
