import { greatest, type Query, rows, sql } from '../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/**
 * A hook: the URL that one streaming server of an app reports to. `secret` signs the server's events, where the server signs them. In the
 * database it is encrypted, and `url` is without the key that is its end. The rest: see migrations/0012.
 */
export type HookRow = {
  corp_no: number
  hook_no: number
  agentid: number
  kind: string
  key_hash: string
  secret: string
  url: string
  api: string
  hls_window: number
  run: string
  seen_at: number
  has_signs: number
}
type OfHook = Pick<HookRow, 'corp_no' | 'hook_no'>
const hookColumns = sql`corp_no, hook_no, agentid, kind, key_hash, secret, url, api, hls_window, run, seen_at, has_signs`

export const hookByNumber = (corp_no: number, hook_no: number) => sql`
  select ${hookColumns} from hook where corp_no = ${corp_no} and hook_no = ${hook_no}`

export const hooksOf = (corp_no: number) => sql`select ${hookColumns} from hook where corp_no = ${corp_no} order by hook_no`

/** The hooks whose servers are asked for their connections. */
export const hooksWithApi = sql`select ${hookColumns} from hook where api <> '' order by corp_no, hook_no`

export const insertHook = (hook: Omit<HookRow, 'run' | 'seen_at' | 'has_signs'>, now: number) => sql`
  insert into hook (corp_no, hook_no, agentid, kind, key_hash, secret, url, api, hls_window, created_at)
  values (${hook.corp_no}, ${hook.hook_no}, ${hook.agentid}, ${hook.kind}, ${hook.key_hash}, ${hook.secret}, ${hook.url}, ${hook.api},
    ${hook.hls_window}, ${now})`

/** Notes an event of the server. */
export const noteSeen = ({ corp_no, hook_no }: OfHook, now: number, has_signs: number) => sql`
  update hook set seen_at = ${greatest}(seen_at, ${now}), has_signs = ${has_signs} where corp_no = ${corp_no} and hook_no = ${hook_no}`

/** Notes the first event of another run of the server than `before`. */
export const noteRun = (
  { corp_no, hook_no, run: before }: OfHook & Pick<HookRow, 'run'>,
  run: string,
  now: number,
  has_signs: number,
) => sql`
  update hook set run = ${run}, seen_at = ${now}, has_signs = ${has_signs}
  where corp_no = ${corp_no} and hook_no = ${hook_no} and run = ${before}`

export const deleteHook = (corp_no: number, hook_no: number, now: number) => [
  streamsGone({ corp_no, hook_no }, now),
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
  beat_at: number
}
const sessionColumns = sql`corp_no, hook_no, session, living_no, viewer_no, stay_id, enter_time, left_at, beat_at`

export const sessionOf = (corp_no: number, hook_no: number, session: string) => sql`
  select ${sessionColumns} from hook_session where corp_no = ${corp_no} and hook_no = ${hook_no} and session = ${session}`

/** The sessions of a living that have not left. */
export const openSessions = ({ corp_no, living_no }: Of, hook_no: number) => sql`
  select ${sessionColumns} from hook_session
  where corp_no = ${corp_no} and living_no = ${living_no} and hook_no = ${hook_no} and left_at is null
  order by session`

export const putSession = (row: SessionRow) => sql`
  insert into hook_session (${sessionColumns})
  values (${row.corp_no}, ${row.hook_no}, ${row.session}, ${row.living_no}, ${row.viewer_no}, ${row.stay_id}, ${row.enter_time}, ${row.left_at},
    ${row.beat_at})
  on conflict (corp_no, hook_no, session) do update set living_no = excluded.living_no, viewer_no = excluded.viewer_no,
    stay_id = excluded.stay_id, enter_time = excluded.enter_time, left_at = excluded.left_at, beat_at = excluded.beat_at`

/** An open session, with what is known of its server and its living. */
export type OpenSession = SessionRow & Pick<HookRow, 'agentid' | 'kind' | 'seen_at' | 'has_signs'> & { livingid: string }
const openColumns = sql`s.corp_no, s.hook_no, s.session, s.living_no, s.viewer_no, s.stay_id, s.enter_time, s.left_at, s.beat_at, h.agentid, h.kind,
    h.seen_at, h.has_signs, l.livingid`
const openSessionsWithLiving = sql`
  from hook_session s
  join hook h on h.corp_no = s.corp_no and h.hook_no = s.hook_no
  join living l on l.corp_no = s.corp_no and l.living_no = s.living_no`

export const openSessionsOfHook = ({ corp_no, hook_no }: OfHook) => sql`
  select ${openColumns} ${openSessionsWithLiving}
  where s.corp_no = ${corp_no} and s.hook_no = ${hook_no} and s.left_at is null
  order by s.living_no, s.session`

/** Open sessions without beats, of hooks whose server is not asked, whose living runs or ended after `endedAfter`. */
export const silentSessions = (endedAfter: number) => sql`
  select ${openColumns} ${openSessionsWithLiving}
  where s.left_at is null and s.beat_at = 0 and h.api = '' and (l.state = 1 or l.end_time > ${endedAfter})
  order by s.corp_no, s.living_no, s.session`

/** Closes the open sessions of a hook that began by `at`: they left then. */
export const closeSessionsOfHook = ({ corp_no, hook_no }: OfHook, at: number) => sql`
  update hook_session set left_at = ${greatest}(beat_at, ${at})
  where corp_no = ${corp_no} and hook_no = ${hook_no} and left_at is null and enter_time <= ${at}`

/** Closes some sessions of a hook at the present end of their stays. */
export const closeSessions = ({ corp_no, hook_no }: OfHook, sessions: readonly string[]) => sql`
  update hook_session set left_at = coalesce((
      select ${greatest}(t.leave_time, t.enter_time) from stay t
      where t.corp_no = hook_session.corp_no and t.living_no = hook_session.living_no and t.viewer_no = hook_session.viewer_no
        and t.replay = 0 and t.stay_id = hook_session.stay_id
    ), enter_time)
  where corp_no = ${corp_no} and hook_no = ${hook_no} and left_at is null
    and session in (select k.session from ${rows(
      'k',
      { session: 'text' },
      sessions.map((session) => [session]),
    )})`

const daySeconds = 86_400

/** Deletes sessions that began two days ago or left one day ago: no server repeats an event after a day. */
export const forgetSessions = (now: number) =>
  sql`delete from hook_session where enter_time < ${now - 2 * daySeconds} or left_at < ${now - daySeconds}`

/** The stream of a living. `unpublished_at` is 0 as long as it is published. */
export type StreamRow = { hook_no: number; unpublished_at: number; publisher: string; published_at: number; beat_at: number }
export const streamOf = ({ corp_no, living_no }: Of) => sql`
  select hook_no, unpublished_at, publisher, published_at, beat_at from hook_stream where corp_no = ${corp_no} and living_no = ${living_no}`

/** Records that the stream of a living is gone since `at`. */
export const streamGone = ({ corp_no, living_no }: Of, hook_no: number, at: number) => sql`
  insert into hook_stream (corp_no, living_no, hook_no, unpublished_at) values (${corp_no}, ${living_no}, ${hook_no}, ${at})
  on conflict (corp_no, living_no) do update set hook_no = excluded.hook_no, unpublished_at = excluded.unpublished_at`

/** Records that the stream of a living is published, by the connection `publisher`. */
export const streamIsPublished = ({ corp_no, living_no }: Of, hook_no: number, publisher: string, at: number, beat_at: number) => sql`
  insert into hook_stream (corp_no, living_no, hook_no, unpublished_at, publisher, published_at, beat_at)
  values (${corp_no}, ${living_no}, ${hook_no}, 0, ${publisher}, ${at}, ${beat_at})
  on conflict (corp_no, living_no) do update set hook_no = excluded.hook_no, unpublished_at = 0, publisher = excluded.publisher,
    published_at = excluded.published_at, beat_at = excluded.beat_at`

/** Records that the stream of a living is still published. */
export const streamGoesOn = ({ corp_no, living_no }: Of, at: number) => sql`
  update hook_stream set beat_at = ${at} where corp_no = ${corp_no} and living_no = ${living_no}`

/** Records that all streams of a hook are gone since `at`. */
export const streamsGone = ({ corp_no, hook_no }: OfHook, at: number) => sql`
  update hook_stream set unpublished_at = ${at} where corp_no = ${corp_no} and hook_no = ${hook_no} and unpublished_at = 0`

/** Records that streams are gone of which their servers have stopped to repeat, before `before`, that they are published. */
export const quietStreamsGone = (before: number) => sql`
  update hook_stream set unpublished_at = beat_at where unpublished_at = 0 and beat_at > 0 and beat_at < ${before}`

/** Forgets the stream of a living, whose being gone has been dealt with, unless it has come back. */
export const forgetStream = ({ corp_no, living_no, unpublished_at }: Of & { unpublished_at: number }) => sql`
  delete from hook_stream where corp_no = ${corp_no} and living_no = ${living_no} and unpublished_at = ${unpublished_at}`

export type GoneStream = { corp_no: number; living_no: number; hook_no: number; unpublished_at: number; livingid: string; agentid: number }

const streamsWithLiving = sql`
  select s.corp_no, s.living_no, s.hook_no, s.unpublished_at, l.livingid, l.agentid
  from hook_stream s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no and l.mirrored_at is null`

/** Streams that have been gone since `before` or longer, of livings that do not run or whose planned end has passed, 100 at most. */
export const goneSince = (before: number, now: number) => sql`
  ${streamsWithLiving}
  where s.unpublished_at > 0 and s.unpublished_at <= ${before}
    and (l.state <> 1 or ${greatest}(l.reserve_start, l.start_time) + l.reserve_living_duration <= ${now})
  order by s.corp_no, s.living_no
  limit 100`

/** Streams that are published of livings that nobody has started and whose planned start has come, 100 at most. */
export const startingStreams = (now: number) => sql`
  ${streamsWithLiving}
  where s.unpublished_at = 0 and l.state = 0 and l.reserve_start <= ${now}
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
