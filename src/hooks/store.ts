import { among, greatest, least, numbers, sql, verbatim } from '../store/sql.ts'

type Of = { corp_no: number; living_no: number }

export type LinkKey = { signing_key: string; play_url: string | null }
export const linkKey = ({ corp_no, living_no }: Of) => sql`
  select signing_key, play_url from living_link where corp_no = ${corp_no} and living_no = ${living_no}`

export const makeLinkKey = ({ corp_no, living_no }: Of, signing_key: string) => sql`
  insert into living_link (corp_no, living_no, signing_key) values (${corp_no}, ${living_no}, ${signing_key})
  on conflict (corp_no, living_no) do nothing`

export const newLinkKey = ({ corp_no, living_no }: Of, signing_key: string) => sql`
  update living_link set signing_key = ${signing_key} where corp_no = ${corp_no} and living_no = ${living_no}`

export const setPlayUrl = ({ corp_no, living_no }: Of, play_url: string) => sql`
  update living_link set play_url = ${play_url} where corp_no = ${corp_no} and living_no = ${living_no}`

export const endLinks = ({ corp_no, living_no }: Of, viewer_nos: readonly number[], now: number) => sql`
  insert into link_end (corp_no, living_no, viewer_no, ended_at)
  select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, cast(${now} as bigint)
  from ${numbers('k', 'viewer_no', viewer_nos)} where true
  on conflict (corp_no, living_no, viewer_no) do update set ended_at = excluded.ended_at`

export type ViewerRow = { viewer_no: number; student_userid: string; parent_userid: string | null; name: string; relation: string }

/** Whose links are made: viewers on the register, in order, or these of them. */
export const viewersAfter = ({ corp_no, living_no }: Of, after: number, limit: number, only?: readonly number[]) => sql`
  select v.viewer_no, s.student_userid, p.parent_userid, s.name, v.relation
  from attendance a
  join viewer v on v.corp_no = a.corp_no and v.viewer_no = a.viewer_no
  join student s on s.corp_no = a.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = a.corp_no and p.parent_no = v.parent_no
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.in_range = 1 and a.viewer_no > ${after}
    ${only ? sql`and ${among('a.viewer_no', only)}` : sql``}
  order by a.viewer_no
  limit ${limit}`

/** What a link says, checked against what is known: the living, its key, the viewer's ids of today, and when links of theirs were ended. */
export const linkTarget = (corp_no: number, living_no: number, viewer_no: number) => sql`
  select l.livingid, l.agentid, k.signing_key, k.play_url, s.student_userid, p.parent_userid, s.name, coalesce(e.ended_at, 0) as ended_at
  from living l
  join living_link k on k.corp_no = l.corp_no and k.living_no = l.living_no
  join viewer v on v.corp_no = l.corp_no and v.viewer_no = ${viewer_no}
  join student s on s.corp_no = l.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = l.corp_no and p.parent_no = v.parent_no
  left join link_end e on e.corp_no = l.corp_no and e.living_no = l.living_no and e.viewer_no = v.viewer_no
  where l.corp_no = ${corp_no} and l.living_no = ${living_no}`

export type LinkTarget = {
  livingid: string
  agentid: number
  signing_key: string
  play_url: string | null
  student_userid: string
  parent_userid: string | null
  name: string
  ended_at: number
}

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
  sql`delete from hook where corp_no = ${corp_no} and hook_no = ${hook_no}`,
]

export type SessionRow = {
  corp_no: number
  hook_no: number
  session: string
  living_no: number
  student_userid: string
  parent_userid: string | null
  stay_id: string
  enter_time: number
  left_at: number | null
}
const sessionColumns = sql`corp_no, hook_no, session, living_no, student_userid, parent_userid, stay_id, enter_time, left_at`

export const sessionOf = (corp_no: number, hook_no: number, session: string) => sql`
  select ${sessionColumns} from hook_session where corp_no = ${corp_no} and hook_no = ${hook_no} and session = ${session}`

export const openSessions = ({ corp_no, living_no }: Of, hook_no: number) => sql`
  select ${sessionColumns} from hook_session
  where corp_no = ${corp_no} and living_no = ${living_no} and hook_no = ${hook_no} and left_at is null
  order by session`

export const putSession = (row: SessionRow) => sql`
  insert into hook_session (${sessionColumns})
  values (${row.corp_no}, ${row.hook_no}, ${row.session}, ${row.living_no}, ${row.student_userid}, ${row.parent_userid}, ${row.stay_id},
    ${row.enter_time}, ${row.left_at})
  on conflict (corp_no, hook_no, session) do update set living_no = excluded.living_no, student_userid = excluded.student_userid,
    parent_userid = excluded.parent_userid, stay_id = excluded.stay_id, enter_time = excluded.enter_time, left_at = excluded.left_at`

/** A day is longer than any server takes to repeat itself. */
export const forgetSessions = (now: number) =>
  sql`delete from hook_session where enter_time < ${now - 86_400 * 2} or left_at < ${now - 86_400}`

export const streamGone = ({ corp_no, living_no }: Of, hook_no: number, at: number) => sql`
  insert into hook_stream (corp_no, living_no, hook_no, unpublished_at) values (${corp_no}, ${living_no}, ${hook_no}, ${at})
  on conflict (corp_no, living_no) do update set hook_no = excluded.hook_no, unpublished_at = excluded.unpublished_at`

export const streamBack = ({ corp_no, living_no }: Of) => sql`
  delete from hook_stream where corp_no = ${corp_no} and living_no = ${living_no}`

export type GoneRow = { corp_no: number; living_no: number; hook_no: number; unpublished_at: number; livingid: string; agentid: number }

export const goneSince = (before: number) => sql`
  select s.corp_no, s.living_no, s.hook_no, s.unpublished_at, l.livingid, l.agentid
  from hook_stream s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
  where s.unpublished_at <= ${before}
  order by s.corp_no, s.living_no
  limit 100`

/** Merges as stays do: whatever the order of the heartbeats, from the first second seen to the last. */
export const putPosition = ({ corp_no, living_no }: Of, viewer_no: number, stay_id: string, from: number, to: number) => sql`
  insert into replay_position (corp_no, living_no, viewer_no, stay_id, media_from, media_to)
  values (${corp_no}, ${living_no}, ${viewer_no}, ${stay_id}, ${from}, ${to})
  on conflict (corp_no, living_no, viewer_no, stay_id) do update set
    media_from = ${least}(replay_position.media_from, excluded.media_from),
    media_to = ${greatest}(replay_position.media_to, excluded.media_to)`

/** Whatever is kept here of a living that is to go. */
export const dropOf = (corp_no: number, living_no: number) =>
  ['replay_position', 'link_end', 'living_link', 'hook_session', 'hook_stream'].map(
    (table) => sql`delete from ${verbatim(table)} where corp_no = ${corp_no} and living_no = ${living_no}`,
  )
