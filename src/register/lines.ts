import { among, bytewise, forShare, numbers, type Query, rows, sql } from '../store/sql.ts'
import { renamedEntry, rosterEntry, visitorEntry } from './entry.ts'
import { bumpBlocks } from './versions.ts'

/** Statements that write lines of registers. Living and roster put them into their own batches, so that a line is never older than its source. */

/** SQL: whether a line is subscribed: the student's own flag, or the parent's. Expects `v`, `p` and `x`, as `rosterEntry` does. */
const isSubscribe = sql`case when v.parent_no = 0 then x.is_subscribe else p.is_subscribe end`

/**
 * Upserts the lines of these students and their parents as the roster has them now: in range or not, subscribed or not, with today's
 * userids and classes. A viewer in range gets a line; a line once made is never deleted by this.
 *
 * `materialized`, else SQLite asks twice for each viewer whether the student is in a class of the range: a quarter of the statement's time.
 *
 * @param livings a query of `living_no`: whose registers are written
 * @param now unix seconds, stored in `since` of new lines
 */
export const putLines = (corp_no: number, livings: Query, student_nos: readonly number[], now: number) => sql`
  with x as materialized (
    select s.student_no, s.student_userid, s.partyids, s.is_subscribe, l.living_no,
      case when exists (
        select 1 from member m
        join register_class c on c.corp_no = m.corp_no and c.party_id = m.party_id and c.living_no = l.living_no
        where m.corp_no = ${corp_no} and m.student_no = s.student_no
      ) then 1 else 0 end as in_class
    from ${numbers('r', 'student_no', student_nos)}
    cross join student s
    cross join (${livings}) as l
    where s.corp_no = ${corp_no} and s.student_no = r.student_no
  )
  insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
  select cast(${corp_no} as bigint), x.living_no, v.viewer_no,
    case when x.in_class = 1 and v.active = 1 then 1 else 0 end,
    ${isSubscribe},
    cast(${now} as bigint),
    0,
    ${rosterEntry}
  from x
  cross join viewer v
  left join parent p on p.corp_no = ${corp_no} and p.parent_no = v.parent_no
  where v.corp_no = ${corp_no} and v.student_no = x.student_no
    and ((x.in_class = 1 and v.active = 1) or exists (
      select 1 from attendance a where a.corp_no = ${corp_no} and a.living_no = x.living_no and a.viewer_no = v.viewer_no
    ))
  order by x.living_no, v.viewer_no
  on conflict (corp_no, living_no, viewer_no) do update
  set in_range = excluded.in_range, is_subscribe = excluded.is_subscribe, entry = excluded.entry
  where attendance.in_range <> excluded.in_range
    or attendance.is_subscribe <> excluded.is_subscribe
    or attendance.entry <> excluded.entry`

/** Writes a renamed userid into the entries of these viewers, in ended registers too. Their classes stay as they were. */
export const renameLines = (
  corp_no: number,
  viewer_nos: readonly number[],
  field: 'student_userid' | 'parent_userid',
  from: string,
  to: string,
): Query[] => {
  const linesOfViewers = sql`corp_no = ${corp_no}
      and living_no in (select living_no from living where corp_no = ${corp_no})
      and ${among('viewer_no', viewer_nos)}`
  return [
    sql`update attendance set entry = ${renamedEntry(field, from, to)} where ${linesOfViewers}`,
    sql`update attendance_past set entry = ${renamedEntry(field, from, to)} where ${linesOfViewers}`,
    sql`update register set version = version + 1, entry_version = entry_version + 1 where corp_no = ${corp_no}`,
    bumpBlocks(linesOfViewers),
  ]
}

/** Inserts lines of outsiders: people on the roster who watch without being in range, and so are never expected. */
export const outsiderLines = (corp_no: number, living_no: number, viewer_nos: readonly number[], now: number): Query[] => [
  // a roster change that runs at the same time cannot see these lines yet, so it has to wait
  sql`select roster_version from corp where corp_no = ${corp_no} ${forShare}`,
  sql`insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
    select cast(${corp_no} as bigint), cast(${living_no} as bigint), v.viewer_no, 0,
      ${isSubscribe}, cast(${now} as bigint), 0, ${rosterEntry}
    from ${numbers('k', 'viewer_no', viewer_nos)}
    cross join viewer v
    join student x on x.corp_no = ${corp_no} and x.student_no = v.student_no
    left join parent p on p.corp_no = ${corp_no} and p.parent_no = v.parent_no
    where v.corp_no = ${corp_no} and v.viewer_no = k.viewer_no
    on conflict (corp_no, living_no, viewer_no) do nothing`,
  sql`update register set outsiders = 1 where corp_no = ${corp_no} and living_no = ${living_no} and outsiders = 0`,
]

/**
 * Upserts lines of visitors. Of two nicknames the one that sorts last stays, so that the order of reports does not matter.
 *
 * @param visitors viewer number (negative) and nickname of each
 */
export const visitorLines = (
  corp_no: number,
  living_no: number,
  visitors: readonly (readonly [viewer_no: number, nickname: string])[],
  now: number,
) => sql`
  insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
  select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, 0, 0, cast(${now} as bigint), 0, entry
  from ${rows(
    'r',
    { viewer_no: 'bigint', entry: 'text' },
    visitors.map(([viewer_no, nickname]) => [viewer_no, visitorEntry(nickname)]),
  )}
  where true
  on conflict (corp_no, living_no, viewer_no) do update set entry = excluded.entry
  where excluded.entry > attendance.entry ${bytewise}`
