import { type Query, sql } from '../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/**
 * A hook: the URL that one streaming server of an app reports to. `secret` signs the server's events, where the server signs them. In the
 * database it is encrypted, and `url` is without the key that is its end.
 */
export type HookRow = { corp_no: number; hook_no: number; agentid: number; kind: string; key_hash: string; secret: string; url: string }

export const hookByNumber = (corp_no: number, hook_no: number) => sql`
  select corp_no, hook_no, agentid, kind, key_hash, secret, url from hook where corp_no = ${corp_no} and hook_no = ${hook_no}`

export const hooksOf = (corp_no: number) => sql`
  select corp_no, hook_no, agentid, kind, key_hash, secret, url from hook where corp_no = ${corp_no} order by hook_no`

export const insertHook = (hook: HookRow, now: number) => sql`
  insert into hook (corp_no, hook_no, agentid, kind, key_hash, secret, url, created_at)
  values (${hook.corp_no}, ${hook.hook_no}, ${hook.agentid}, ${hook.kind}, ${hook.key_hash}, ${hook.secret}, ${hook.url}, ${now})`

export const deleteHook = (corp_no: number, hook_no: number) => [
  sql`delete from hook_session where corp_no = ${corp_no} and hook_no = ${hook_no}`,
  sql`delete from meeting_event where corp_no = ${corp_no} and hook_no = ${hook_no}`,
  sql`delete from hook where corp_no = ${corp_no} and hook_no = ${hook_no}`,
]

/** A viewer's connection as the streaming server names it (`session`), and the stay it is reported as. Times are unix seconds. */
export type SessionRow = {
  corp_no: number
  hook_no: number
  session: string
  living_no: number
  viewer_no: number
  stay_id: string
  enter_time: number
  left_at: number | null
}
const sessionColumns = sql`corp_no, hook_no, session, living_no, viewer_no, stay_id, enter_time, left_at`

export const sessionOf = (corp_no: number, hook_no: number, session: string) => sql`
  select ${sessionColumns} from hook_session where corp_no = ${corp_no} and hook_no = ${hook_no} and session = ${session}`

/** The sessions of a living that have not left. */
export const openSessions = ({ corp_no, living_no }: Of, hook_no: number) => sql`
  select ${sessionColumns} from hook_session
  where corp_no = ${corp_no} and living_no = ${living_no} and hook_no = ${hook_no} and left_at is null
  order by session`

export const putSession = (row: SessionRow) => sql`
  insert into hook_session (${sessionColumns})
  values (${row.corp_no}, ${row.hook_no}, ${row.session}, ${row.living_no}, ${row.viewer_no}, ${row.stay_id}, ${row.enter_time}, ${row.left_at})
  on conflict (corp_no, hook_no, session) do update set living_no = excluded.living_no, viewer_no = excluded.viewer_no,
    stay_id = excluded.stay_id, enter_time = excluded.enter_time, left_at = excluded.left_at`

const daySeconds = 86_400

/** Deletes sessions that began two days ago or left one day ago: no server repeats an event after a day. */
export const forgetSessions = (now: number) =>
  sql`delete from hook_session where enter_time < ${now - 2 * daySeconds} or left_at < ${now - daySeconds}`

/** Records that the stream of a living is gone since `at`. */
export const streamGone = ({ corp_no, living_no }: Of, hook_no: number, at: number) => sql`
  insert into hook_stream (corp_no, living_no, hook_no, unpublished_at) values (${corp_no}, ${living_no}, ${hook_no}, ${at})
  on conflict (corp_no, living_no) do update set hook_no = excluded.hook_no, unpublished_at = excluded.unpublished_at`

/** Records that the stream of a living is published: `unpublished_at` is 0 as long as it is. */
export const streamIsPublished = ({ corp_no, living_no }: Of, hook_no: number) => sql`
  insert into hook_stream (corp_no, living_no, hook_no, unpublished_at) values (${corp_no}, ${living_no}, ${hook_no}, 0)
  on conflict (corp_no, living_no) do update set hook_no = excluded.hook_no, unpublished_at = 0`

/** Forgets the stream of a living, whose being gone has been dealt with. */
export const forgetStream = ({ corp_no, living_no }: Of) => sql`
  delete from hook_stream where corp_no = ${corp_no} and living_no = ${living_no}`

export type GoneStream = { corp_no: number; living_no: number; hook_no: number; unpublished_at: number; livingid: string; agentid: number }

/** Streams that have been gone since `before` or longer, 100 at most. */
export const goneSince = (before: number) => sql`
  select s.corp_no, s.living_no, s.hook_no, s.unpublished_at, l.livingid, l.agentid
  from hook_stream s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
  where s.unpublished_at > 0 and s.unpublished_at <= ${before}
  order by s.corp_no, s.living_no
  limit 100`

/** Deletes whatever this folder stores of a living. */
export const dropHookData = (corp_no: number, living_no: number): Query[] => {
  const ofLiving = sql`corp_no = ${corp_no} and living_no = ${living_no}`
  return [
    sql`delete from replay_position where ${ofLiving}`,
    sql`delete from link_end where ${ofLiving}`,
    sql`delete from living_link where ${ofLiving}`,
    sql`delete from hook_session where ${ofLiving}`,
    sql`delete from hook_stream where ${ofLiving}`,
    sql`delete from meeting_binding where ${ofLiving}`,
    sql`delete from polyv_position where ${ofLiving}`,
  ]
}
