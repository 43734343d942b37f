import { beginning, packCursor, unpackCursor } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import { overlaps } from '../../register/ticks.ts'
import { type StayTimes, watchingOf } from '../../register/watch_time.ts'
import type { Db } from '../../store/db.ts'
import { sql } from '../../store/sql.ts'
import type { Stat } from './body.ts'
import type { Pages } from './unwatched.ts'

type Row = StayTimes & { viewer_no: number; entry: string; last: number }

/** One page of everybody who watched, expected or not, visitors too (first, since their numbers are below zero). Pages 95793, 93741. */
export async function watchedPage(
  db: Db,
  { cursorKey }: Pages,
  living: Living,
  cursor: string | 0 | undefined,
  size: number,
): Promise<Omit<Stat, 'arrays'> & { lines: string[] }> {
  const after = unpackCursor(cursorKey, living, 'watched', cursor)
  const stays = living.state > 2 || living.start_time === null ? [] : await db.all<Row>(staysAfter(living, after, size))
  const byViewer = Map.groupBy(stays, (stay) => stay.viewer_no)
  const lines = [...byViewer.values()].map((theirs) => {
    const watching = watchingOf(theirs, living.start_time ?? 0, living.end_time ?? Infinity)
    return `${theirs[0]?.entry},${JSON.stringify(watching).slice(1, -1)}`
  })
  const end = stays.at(-1)?.viewer_no ?? after
  return {
    more: end < (stays[0]?.last ?? beginning),
    cursor: end === beginning ? '0' : packCursor(cursorKey, living, 'watched', end),
    lines,
  }
}

/** Those that overlap the lesson. */
const stays = (corp_no: number, living_no: number) => sql`from stay s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
      where s.corp_no = ${corp_no} and s.living_no = ${living_no} and ${overlaps}`

/** The stays of the next viewers, in order; `last` is the last watcher of all. Stays lie by viewer, so a page is a range of them. */
const staysAfter = ({ corp_no, living_no }: Living, after: number, size: number) => {
  const watching = stays(corp_no, living_no)
  return sql`
    select t.viewer_no, t.enter_time, t.leave_time, t.is_comment, t.watch_time, a.entry,
      (select s.viewer_no ${watching} order by s.viewer_no desc limit 1) as last
    from (
      select s.viewer_no, s.enter_time, s.leave_time, s.is_comment, s.watch_time ${watching} and s.viewer_no in (
        select s.viewer_no ${watching} and s.viewer_no > ${after} group by s.viewer_no order by s.viewer_no limit ${size}
      )
    ) as t
    cross join attendance a
    where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = t.viewer_no
    order by t.viewer_no, t.enter_time`
}

/** How many watch, commented, and are there now: a viewer heard of within the last `onlineFor` seconds. */
export async function audience(db: Db, { corp_no, living_no, state }: Living, now: number) {
  const [counted] = await db.all<{
    viewer_num: number
    comment_num: number
    online_count: number
    has_replay: number
    replay_deleted: number
  }>(sql`
    select g.replay_deleted,
      (select count(distinct s.viewer_no) ${stays(corp_no, living_no)}) as viewer_num,
      (select count(distinct s.viewer_no) ${stays(corp_no, living_no)} and s.is_comment = 1) as comment_num,
      (select count(distinct s.viewer_no) ${stays(corp_no, living_no)} and s.leave_time >= ${now - onlineFor}) as online_count,
      case when exists (select 1 from stay s where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.replay = 1) then 1 else 0 end as has_replay
    from register g where g.corp_no = ${corp_no} and g.living_no = ${living_no}`)
  const { viewer_num = 0, comment_num = 0, online_count = 0, has_replay = 0, replay_deleted = 0 } = counted ?? {}
  return { viewer_num, comment_num, online_count: state === 1 ? online_count : 0, has_replay, replay_deleted }
}

/** Three heartbeats of 30 s, the longest that players usually have. */
const onlineFor = 90

/** The stays of the replay go, and nothing else. */
export const dropReplay = (corp_no: number, living_no: number) => [
  sql`delete from stay where corp_no = ${corp_no} and living_no = ${living_no} and replay = 1`,
  sql`update register set replay_deleted = 1 where corp_no = ${corp_no} and living_no = ${living_no}`,
]
