import { among, bytewise, forShare, numbers, type Query, rows, sql, verbatim } from '../store/sql.ts'
import { dropRange } from './range.ts'
import { moveBlocks, newBlocks } from './versions.ts'

/**
 * The register of a living: who owns its lines writes them here, as statements that join somebody's batch.
 * Roster and living put them into their own batches, so that a line is never older than what it is derived from.
 */

/** Which livings a statement is for, as a `select living_no …`. */
const one = (living_no: number) => sql`select cast(${living_no} as bigint) as living_no`

/** Open livings that a change to students of these classes can touch: by their classes, or because they watch as outsiders. Another host's are as it says. */
const touchedBy = (corp_no: number, party_ids: readonly number[]) => sql`
    select c.living_no from ${numbers('k', 'party_id', party_ids)}
    cross join register_class c
    cross join living l
    where c.corp_no = ${corp_no} and c.party_id = k.party_id
      and l.corp_no = c.corp_no and l.living_no = c.living_no and l.state in (0, 1) and l.mirrored_at is null
    union
    select l.living_no from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no
    where l.corp_no = ${corp_no} and l.state in (0, 1) and l.mirrored_at is null and g.outsiders = 1`

/** A living's empty register, not yet to be seen. Its range and classes: `newRange`. */
export const newRegister = (corp_no: number, living_no: Query) => sql`
  insert into register (corp_no, living_no, ready, version, entry_version, replay_deleted, outsiders)
  select cast(${corp_no} as bigint), n.living_no, 0, 1, 1, 0, 0 from (${living_no}) as n`

export const registerReady = (corp_no: number, living_no: number) => sql`
  update register set ready = 1 where corp_no = ${corp_no} and living_no = ${living_no}`

/** The students a living's register is opened with: whoever is in a class of its range. */
export const studentsInRange = (corp_no: number, living_no: number) => sql`
  select distinct m.student_no from register_class c
  cross join member m
  where c.corp_no = ${corp_no} and c.living_no = ${living_no} and m.corp_no = c.corp_no and m.party_id = c.party_id
  order by m.student_no`

/**
 * Writes the lines of these students and their parents as the roster has them now: in range or no longer, subscribed or not,
 * under today's ids and classes. A line is made for whoever is in range, and never taken away. Materialized, else SQLite asks twice for
 * each viewer whether the student is in a class of it: a quarter of the statement's time.
 */
const lines = (corp_no: number, livings: Query, student_nos: readonly number[], now: number) => sql`
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
    case when v.parent_no = 0 then x.is_subscribe else p.is_subscribe end,
    cast(${now} as bigint),
    0,
    ${entryOf}
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

/** A line as the pages print it, without its braces. Userids are [A-Za-z0-9_.@-] and need no escaping. */
const entryOf = sql`case when v.parent_no = 0 then '' else '"parent_userid":"' || p.parent_userid || '",' end
    || '"student_userid":"' || x.student_userid || '","partyids":[' || x.partyids || ']'`

export const openLines = (corp_no: number, living_no: number, student_nos: readonly number[], now: number): Query[] => [
  lines(corp_no, one(living_no), student_nos, now),
  newBlocks(corp_no, living_no, student_nos),
]

/** What a roster change touched: these students, who are or were in these classes. `entries`: their ids or classes changed too. */
export type Touched = { student_nos: readonly number[]; party_ids: readonly number[]; entries: boolean }

/** Brings the registers of open livings up to the roster. Ended ones are frozen and stay as they are. */
export const refreshRegisters = (corp_no: number, { student_nos, party_ids, entries }: Touched, now: number): Query[] => {
  const livings = touchedBy(corp_no, party_ids)
  const ofThese = sql`corp_no = ${corp_no} and living_no in (${livings})
      and viewer_no in (select v.viewer_no from viewer v where v.corp_no = ${corp_no} and ${among('v.student_no', student_nos)})`
  return [
    holdOpen(corp_no, livings),
    keepPast(ofThese, now),
    lines(corp_no, livings, student_nos, now),
    dropUnchanged(ofThese, now),
    sql`update register set version = version + 1, entry_version = entry_version + ${Number(entries)}
      where corp_no = ${corp_no} and living_no in (${livings})`,
    moveBlocks(ofThese),
    // whoever has left a range is found by no class of it any more, and yet has a line that shows today's ids and classes
    sql`update register set outsiders = 1
      where corp_no = ${corp_no} and outsiders = 0 and living_no in (select living_no from attendance where ${ofThese} and in_range = 0)`,
  ]
}

/** Nobody ends these livings before the batch is written: a register is refreshed wholly before its end, or not at all. */
const holdOpen = (corp_no: number, livings: Query) => sql`
  select living_no from living where corp_no = ${corp_no} and state in (0, 1) and living_no in (${livings}) order by living_no ${forShare}`

/** What these lines are now, kept as what they were until now; of two changes in one second the state before both. */
export const keepPast = (which: Query, now: number) => sql`
  insert into attendance_past (corp_no, living_no, viewer_no, until, in_range, is_subscribe, excused)
  select corp_no, living_no, viewer_no, cast(${now} as bigint), in_range, is_subscribe, excused from attendance where ${which}
  on conflict (corp_no, living_no, viewer_no, until) do nothing`

/** What came out as it was has no past. */
export const dropUnchanged = (which: Query, now: number) => sql`
  delete from attendance_past where ${which} and until = ${now} and exists (
    select 1 from attendance a
    where a.corp_no = attendance_past.corp_no and a.living_no = attendance_past.living_no and a.viewer_no = attendance_past.viewer_no
      and a.in_range = attendance_past.in_range and a.is_subscribe = attendance_past.is_subscribe
      and coalesce(a.excused, '') = coalesce(attendance_past.excused, '')
  )`

/** A renamed id shows its new name in old livings too, whose classes stay as they were. */
export const renameLines = (
  corp_no: number,
  viewer_nos: readonly number[],
  field: 'student_userid' | 'parent_userid',
  from: string,
  to: string,
): Query[] => {
  const theirs = sql`corp_no = ${corp_no}
      and living_no in (select living_no from living where corp_no = ${corp_no})
      and ${among('viewer_no', viewer_nos)}`
  return [
    sql`update attendance set entry = replace(entry, ${`"${field}":"${from}"`}, ${`"${field}":"${to}"`}) where ${theirs}`,
    sql`update register set version = version + 1, entry_version = entry_version + 1 where corp_no = ${corp_no}`,
    moveBlocks(theirs),
  ]
}

/** Lines of people on the roster who watch without being in range: never expected. */
export const outsiderLines = (corp_no: number, living_no: number, viewer_nos: readonly number[], now: number): Query[] => [
  // nobody moves them on the roster meanwhile: a refresh could not see these lines yet
  sql`select roster_version from corp where corp_no = ${corp_no} ${forShare}`,
  sql`insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
    select cast(${corp_no} as bigint), cast(${living_no} as bigint), v.viewer_no, 0,
      case when v.parent_no = 0 then x.is_subscribe else p.is_subscribe end, cast(${now} as bigint), 0, ${entryOf}
    from ${numbers('k', 'viewer_no', viewer_nos)}
    cross join viewer v
    join student x on x.corp_no = ${corp_no} and x.student_no = v.student_no
    left join parent p on p.corp_no = ${corp_no} and p.parent_no = v.parent_no
    where v.corp_no = ${corp_no} and v.viewer_no = k.viewer_no
    on conflict (corp_no, living_no, viewer_no) do nothing`,
  sql`update register set outsiders = 1 where corp_no = ${corp_no} and living_no = ${living_no} and outsiders = 0`,
]

/** Lines of visitors. Of two nicknames the greater one stays, so that the order of reports does not matter. */
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
    visitors.map(([viewer_no, nickname]) => [viewer_no, `"nickname":${JSON.stringify(nickname)}`]),
  )}
  where true
  on conflict (corp_no, living_no, viewer_no) do update set entry = excluded.entry
  where excluded.entry > attendance.entry ${bytewise}`

/** Nobody sees the living any more: see `livingById`. */
export const hideRegister = (corp_no: number, living_no: number) => sql`
  update register set ready = 0 where corp_no = ${corp_no} and living_no = ${living_no}`

/** The last viewer of the first 2,000 lines: some 10 ms of deleting, after which others have their turn. */
export const nextLines = (corp_no: number, living_no: number) => sql`
  select max(viewer_no) as viewer_no from (
    select viewer_no from attendance where corp_no = ${corp_no} and living_no = ${living_no} order by viewer_no limit 2000
  ) as lines`

export const dropLines = (corp_no: number, living_no: number, upTo: number): Query[] =>
  ['stay', 'attendance_past', 'attendance'].map(
    (table) => sql`delete from ${verbatim(table)} where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no <= ${upTo}`,
  )

/** What is left of a register that nobody sees, because its opening broke off or its time is over. */
export const dropRegister = (corp_no: number, living_no: number): Query[] => [
  ...dropLines(corp_no, living_no, Number.MAX_SAFE_INTEGER),
  ...dropRange(corp_no, living_no),
  sql`delete from register_block where corp_no = ${corp_no} and living_no = ${living_no}`,
  sql`delete from register where corp_no = ${corp_no} and living_no = ${living_no}`,
]
