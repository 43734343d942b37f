import { among, bytewise, numbers, rows, sql } from '../store/sql.ts'

/** Table `identity`: whom a source names, and who that is. */

/** What is stored of an identity. `viewer_nos` is null while nobody has said who it is, and '' for nobody of the school. */
export type IdentityRow = {
  visitor_no: number
  source: string
  identity: string
  name: string
  class_name: string
  viewer_nos: string | null
  former_viewer_nos: string | null
  seen_at: number
}

const identityColumns = sql`visitor_no, source, identity, name, class_name, viewer_nos, former_viewer_nos, seen_at`

export const identitiesByNumber = (corp_no: number, visitor_nos: readonly number[]) => sql`
  select ${identityColumns} from identity where corp_no = ${corp_no} and ${among('visitor_no', visitor_nos)}`

type Noted = Pick<IdentityRow, 'visitor_no' | 'source' | 'identity' | 'name' | 'class_name'>

/**
 * Upserts identities that watched as visitors. Of two names the one that sorts last stays, so that the order of reports does not matter. An
 * upsert locks its rows, changed or not, until the batch is committed.
 *
 * @param people in ascending order of `visitor_no`, each once
 * @param now unix seconds
 */
export const noteIdentities = (corp_no: number, people: readonly Noted[], now: number) => sql`
  insert into identity (corp_no, visitor_no, source, identity, name, class_name, seen_at)
  select cast(${corp_no} as bigint), visitor_no, source, identity, name, class_name, cast(${now} as bigint)
  from ${rows(
    'r',
    { visitor_no: 'bigint', source: 'text', identity: 'text', name: 'text', class_name: 'text' },
    people.map((each) => [each.visitor_no, each.source, each.identity, each.name, each.class_name]),
  )}
  where true
  on conflict (corp_no, visitor_no) do update set seen_at = excluded.seen_at,
    class_name = case when excluded.class_name = '' then identity.class_name else excluded.class_name end,
    name = case when excluded.name > identity.name ${bytewise} then excluded.name else identity.name end`

/** Records that matched identities were reported again, and locks their rows until the batch is committed. */
export const seeIdentities = (corp_no: number, visitor_nos: readonly number[], now: number) => sql`
  update identity set seen_at = ${now} where corp_no = ${corp_no} and ${among('visitor_no', visitor_nos)}`

/** Finds a row only while every identity is matched as it was read: to be guarded by `must`, behind statements that lock the rows. */
export const matchesAreStill = (corp_no: number, read: readonly (readonly [visitor_no: number, viewer_nos: string | null])[]) => sql`
  select 1 as ok from corp where corp_no = ${corp_no} and 0 = (
    select count(*) from ${rows('r', { visitor_no: 'bigint', viewer_nos: 'text' }, read)}
    cross join identity i
    where i.corp_no = ${corp_no} and i.visitor_no = r.visitor_no and coalesce(i.viewer_nos, 'unmatched') <> coalesce(r.viewer_nos, 'unmatched')
  )`

/**
 * Upserts who an identity is. Whom it was before is added to `former_viewer_nos`, so that their registers can be corrected.
 *
 * @param viewer_nos joined by commas; null for an identity that is not matched any more
 * @param former more viewers who may have stays of the identity, joined by commas
 * @param now unix seconds
 */
export const putMatch = (corp_no: number, someone: Noted, viewer_nos: string | null, former: string, now: number) => sql`
  insert into identity (corp_no, visitor_no, source, identity, name, class_name, viewer_nos, former_viewer_nos, seen_at)
  values (${corp_no}, ${someone.visitor_no}, ${someone.source}, ${someone.identity}, ${someone.name}, ${someone.class_name}, ${viewer_nos},
    ${former}, ${now})
  on conflict (corp_no, visitor_no) do update set viewer_nos = excluded.viewer_nos, seen_at = excluded.seen_at,
    former_viewer_nos = excluded.former_viewer_nos || ',' || coalesce(identity.former_viewer_nos, '') || ',' || coalesce(identity.viewer_nos, '')`

/** Records that every register says who an identity is, unless the match was changed meanwhile. */
export const matchIsFinished = (corp_no: number, { visitor_no, viewer_nos, former_viewer_nos }: IdentityRow) => sql`
  update identity set former_viewer_nos = null
  where corp_no = ${corp_no} and visitor_no = ${visitor_no} and former_viewer_nos = ${former_viewer_nos}
    and coalesce(viewer_nos, 'unmatched') = ${viewer_nos ?? 'unmatched'}`

/** Matches of all corps whose registers were being corrected when a process stopped, 100 at most. */
export const unfinishedMatches = () => sql`
  select corp_no, ${identityColumns} from identity where former_viewer_nos is not null order by corp_no, visitor_no limit 100`

/** A living in which an identity watched as a visitor, or in which viewers have stays of the identity. */
export type SeenIn = { living_no: number; livingid: string }

/** The livings, not mirrored ones, in whose registers a visitor has a line. */
export const livingsOfVisitor = (corp_no: number, visitor_no: number) => sql`
  select l.living_no, l.livingid from attendance a
  join living l on l.corp_no = a.corp_no and l.living_no = a.living_no and l.mirrored_at is null
  where a.corp_no = ${corp_no} and a.viewer_no = ${visitor_no} and a.viewer_no < 0
  order by l.living_no`

/** The livings in which one of these viewers has a stay whose id begins with the tag. Looks the viewers up in every living of the corp. */
export const livingsWithStays = (corp_no: number, viewer_nos: readonly number[], tag: string) => sql`
  select l.living_no, l.livingid from living l
  where l.corp_no = ${corp_no} and l.mirrored_at is null and 1 = (
    select 1 from stay s
    where s.corp_no = ${corp_no} and s.living_no = l.living_no and ${among('s.viewer_no', viewer_nos)} and s.stay_id like ${`${tag} %`}
    limit 1
  )
  order by l.living_no`

/** Deletes identities that have not been seen since `before`, in unix seconds: registers from before have been deleted. */
export const dropIdentities = (before: number) => sql`delete from identity where seen_at < ${before}`

/** Of these visitors, those who have a line in a register. */
export const visitorsWithLine = ({ corp_no, living_no }: { corp_no: number; living_no: number }, visitor_nos: readonly number[]) => sql`
  select a.viewer_no from ${numbers('k', 'viewer_no', visitor_nos)}
  cross join attendance a
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no`

export type UnmatchedRow = Pick<IdentityRow, 'visitor_no' | 'source' | 'identity' | 'name' | 'class_name' | 'seen_at'>

/** Identities that nobody has matched, who were seen last first; where `livingid` is given, those with a line in that living's register. */
export const unmatchedRows = (corp_no: number, livingid: string | undefined, limit: number) => sql`
  select i.visitor_no, i.source, i.identity, i.name, i.class_name, i.seen_at from identity i
  where i.corp_no = ${corp_no} and i.viewer_nos is null
    and exists (
      select 1 from attendance a
      join living l on l.corp_no = a.corp_no and l.living_no = a.living_no
      where a.corp_no = ${corp_no} and a.viewer_no = i.visitor_no and a.viewer_no < 0 ${livingid === undefined ? sql`` : sql`and l.livingid = ${livingid}`}
    )
  order by i.seen_at desc, i.visitor_no
  limit ${limit}`

/** The livings in whose registers these visitors have lines, newest first. `began_at`: the start, or the planned one. */
export const livingsOfVisitors = (corp_no: number, visitor_nos: readonly number[]) => sql`
  select a.viewer_no, l.living_no, l.livingid, l.theme, coalesce(l.start_time, l.reserve_start) as began_at
  from ${numbers('k', 'viewer_no', visitor_nos)}
  cross join attendance a
  cross join living l
  where a.corp_no = ${corp_no} and a.viewer_no = k.viewer_no and a.viewer_no < 0
    and l.corp_no = ${corp_no} and l.living_no = a.living_no
  order by coalesce(l.start_time, l.reserve_start) desc, l.living_no desc`

/** A row where a register has a visitor, or a stay whose id begins with the tag. */
export const seenIn = ({ corp_no, living_no }: { corp_no: number; living_no: number }, visitor_no: number, tag: string) => sql`
  select 1 as ok from attendance where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no = ${visitor_no}
  union all
  select 1 as ok from stay where corp_no = ${corp_no} and living_no = ${living_no} and stay_id like ${`${tag} %`}
  limit 1`
