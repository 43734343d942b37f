import { among, greatest, least, numbers, rows, sql } from '../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/** The key that signs the links of a living, encrypted, and the address its viewers' page plays. */
export type LinkKey = { signing_key: string; play_url: string | null }
export const linkKey = ({ corp_no, living_no }: Of) => sql`
  select signing_key, play_url from living_link where corp_no = ${corp_no} and living_no = ${living_no}`

/** Inserts a signing key unless the living has one. */
export const insertLinkKey = ({ corp_no, living_no }: Of, signing_key: string) => sql`
  insert into living_link (corp_no, living_no, signing_key) values (${corp_no}, ${living_no}, ${signing_key})
  on conflict (corp_no, living_no) do nothing`

/** Replaces the signing key, which revokes every link of the living. */
export const replaceLinkKey = ({ corp_no, living_no }: Of, signing_key: string) => sql`
  update living_link set signing_key = ${signing_key} where corp_no = ${corp_no} and living_no = ${living_no}`

export const setPlayUrl = ({ corp_no, living_no }: Of, play_url: string) => sql`
  update living_link set play_url = ${play_url} where corp_no = ${corp_no} and living_no = ${living_no}`

/** Revokes the links of these viewers that were issued before `before` (unix seconds). */
export const revokeLinks = ({ corp_no, living_no }: Of, viewer_nos: readonly number[], before: number) => sql`
  insert into link_end (corp_no, living_no, viewer_no, ended_at)
  select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, cast(${before} as bigint)
  from ${numbers('k', 'viewer_no', viewer_nos)} where true
  on conflict (corp_no, living_no, viewer_no) do update set ended_at = excluded.ended_at`

export type LinkedViewer = { viewer_no: number; student_userid: string; parent_userid: string | null; name: string; relation: string }

/** The next viewers in range after a viewer, in the order of their numbers. `viewer_nos`: of these alone. */
export const viewersInRange = ({ corp_no, living_no }: Of, after: number, limit: number, viewer_nos?: readonly number[]) => sql`
  select v.viewer_no, s.student_userid, p.parent_userid, s.name, v.relation
  from attendance a
  join viewer v on v.corp_no = a.corp_no and v.viewer_no = a.viewer_no
  join student s on s.corp_no = a.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = a.corp_no and p.parent_no = v.parent_no
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.in_range = 1 and a.viewer_no > ${after}
    ${viewer_nos ? sql`and ${among('a.viewer_no', viewer_nos)}` : sql``}
  order by a.viewer_no
  limit ${limit}`

/**
 * What a link names. `name`: of the student; `parent_no`: 0 where the student watches, else the parent, whose `relation` to the student may
 * be empty; `active`: whether the viewer is on the roster today; `ended_at`: links issued before it are revoked.
 */
export type LinkTarget = {
  livingid: string
  agentid: number
  signing_key: string
  play_url: string | null
  name: string
  parent_no: number
  relation: string
  active: number
  ended_at: number
}

export const linkTarget = (corp_no: number, living_no: number, viewer_no: number) => sql`
  select l.livingid, l.agentid, k.signing_key, k.play_url, s.name, v.parent_no, v.relation, v.active, coalesce(e.ended_at, 0) as ended_at
  from living l
  join living_link k on k.corp_no = l.corp_no and k.living_no = l.living_no
  join viewer v on v.corp_no = l.corp_no and v.viewer_no = ${viewer_no}
  join student s on s.corp_no = l.corp_no and s.student_no = v.student_no
  left join link_end e on e.corp_no = l.corp_no and e.living_no = l.living_no and e.viewer_no = v.viewer_no
  where l.corp_no = ${corp_no} and l.living_no = ${living_no}`

/**
 * What is stored of the visit of a heartbeat. `place`: of the heartbeat in the list that was asked for; `stay_id`: the latest stay of the
 * visit that the heartbeat continues; `stays`: how many stays heartbeats have written of the viewer.
 */
export type VisitRow = { place: number; stay_id: string | null; stays: number }

/**
 * The stays of visits of one living, whose ids begin with `prefix`: of each visit the latest one that ends at `since` or later and begins
 * at `until` or earlier (unix seconds).
 */
export const visitsOf = (
  { corp_no, living_no }: Of,
  visits: readonly { viewer_no: number; replay: number; prefix: string; since: number; until: number }[],
) => {
  const ofViewer = sql`s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no = k.viewer_no`
  return sql`
  select k.place,
    (
      select s.stay_id from stay s
      where ${ofViewer} and s.replay = k.replay and s.leave_time >= k.since and s.enter_time <= k.until
        and substr(s.stay_id, 1, length(k.prefix)) = k.prefix
      order by s.leave_time desc
      limit 1
    ) as stay_id,
    (select count(*) from stay s where ${ofViewer} and s.source = 'hls') as stays
  from ${rows(
    'k',
    { place: 'bigint', viewer_no: 'bigint', replay: 'bigint', prefix: 'text', since: 'bigint', until: 'bigint' },
    visits.map(({ viewer_no, replay, prefix, since, until }, place) => [place, viewer_no, replay, prefix, since, until]),
  )}`
}

/** Upserts which seconds of the recording a stay of the replay saw. Merges as stays do: the first second seen to the last. */
export const putPosition = ({ corp_no, living_no }: Of, viewer_no: number, stay_id: string, from: number, to: number) => sql`
  insert into replay_position (corp_no, living_no, viewer_no, stay_id, media_from, media_to)
  values (${corp_no}, ${living_no}, ${viewer_no}, ${stay_id}, ${from}, ${to})
  on conflict (corp_no, living_no, viewer_no, stay_id) do update set
    media_from = ${least}(replay_position.media_from, excluded.media_from),
    media_to = ${greatest}(replay_position.media_to, excluded.media_to)`
