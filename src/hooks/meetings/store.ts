import { joined, type Query, sql } from '../../store/sql.ts'
import type { HookRow } from '../store.ts'

/** What happened in a meeting; the end of a meeting has no session. See migration 0015. `at` in unix seconds. */
export type MeetingEventRow = {
  meeting: string
  session: string
  at: number
  happened: 'join' | 'leave' | 'end' | 'present'
  told: string
}
type HookOf = Pick<HookRow, 'corp_no' | 'hook_no'>

/** The same event twice is one row. */
export const putMeetingEvent = (hook: HookOf, { meeting, session, at, happened, told }: MeetingEventRow, now: number) => sql`
  insert into meeting_event (corp_no, hook_no, meeting, session, at, happened, told, seen_at)
  values (${hook.corp_no}, ${hook.hook_no}, ${meeting}, ${session}, ${at}, ${happened}, ${told}, ${now})
  on conflict (corp_no, hook_no, meeting, session, at, happened) do nothing`

/** What happened to one session of a meeting; with an empty `session` to all sessions. */
export const meetingEvents = (hook: HookOf, meeting: string, session: string) => sql`
  select meeting, session, at, happened, told from meeting_event
  where corp_no = ${hook.corp_no} and hook_no = ${hook.hook_no} and meeting = ${meeting}
    and ${session ? sql`session = ${session}` : sql`session <> ''`}
  order by session, at, happened`

/** A meeting that is going on. `told` is the JSON of a join in it. */
export type OpenMeetingRow = HookOf & { meeting: string; told: string }
/** A session that has joined, and of which no leave has come. `told` is JSON. */
export type OpenSessionRow = OpenMeetingRow & { session: string; at: number }

/** A condition: nothing of this happened to session `j` since it joined. */
const nothing = (happened: 'leave' | 'present') => sql`not exists (
      select 1 from meeting_event l
      where l.corp_no = j.corp_no and l.hook_no = j.hook_no and l.meeting = j.meeting and l.session = j.session
        and l.happened = ${happened} and l.at >= j.at)`

/**
 * Sessions without a leave in meetings whose end came between two moments, in unix seconds, where the join came before the later one too; `at`
 * and `told` are those of the end. At most 1,000.
 */
export const unclosedSessions = (from: number, to: number) => sql`
  select j.corp_no, j.hook_no, j.meeting, j.session, min(e.at) as at, min(e.told) as told
  from meeting_event e
  join meeting_event j on j.corp_no = e.corp_no and j.hook_no = e.hook_no and j.meeting = e.meeting
    and j.session <> '' and j.happened = 'join' and j.at <= e.at and j.seen_at <= ${to}
  where e.session = '' and e.seen_at > ${from} and e.seen_at <= ${to} and ${nothing('leave')}
  group by j.corp_no, j.hook_no, j.meeting, j.session, j.at
  limit 1000`

/** A condition: session `j` has joined, neither its leave nor the end of its meeting has come, and it has not been found present yet. */
const isUnnoticed = sql`j.happened = 'join' and ${nothing('leave')} and ${nothing('present')}
    and not exists (
      select 1 from meeting_event e
      where e.corp_no = j.corp_no and e.hook_no = j.hook_no and e.meeting = j.meeting and e.session = '' and e.at >= j.at)`

/** Meetings that somebody has joined between two moments, in unix seconds, and has not been found present in yet; `told` is that of a join. */
export const unnoticedMeetings = (from: number, to: number) => sql`
  select j.corp_no, j.hook_no, j.meeting, min(j.told) as told
  from meeting_event j
  where j.at > ${from} and j.at <= ${to} and ${isUnnoticed}
  group by j.corp_no, j.hook_no, j.meeting`

/** Sessions of a meeting that joined until a moment, in unix seconds, and have not been found present yet. */
export const unnoticedSessions = ({ corp_no, hook_no }: HookOf, meeting: string, to: number) => sql`
  select j.corp_no, j.hook_no, j.meeting, j.session, j.at, j.told
  from meeting_event j
  where j.corp_no = ${corp_no} and j.hook_no = ${hook_no} and j.meeting = ${meeting} and j.at <= ${to} and ${isUnnoticed}`

/** Deletes events that came before a moment, in unix seconds. */
export const forgetMeetingEvents = (before: number) => sql`delete from meeting_event where seen_at < ${before}`

/** A living that a meeting may be. Times are unix seconds, durations seconds. */
export type MeetingLiving = {
  livingid: string
  theme: string
  description: string
  reserve_start: number
  reserve_living_duration: number
  start_time: number | null
  end_time: number | null
}
const livingColumns = sql`l.livingid, l.theme, l.description, l.reserve_start, l.reserve_living_duration, l.start_time, l.end_time`
const isTaken = sql`l.state <> 4 and l.mirrored_at is null`
const either = (conditions: readonly Query[]) => (conditions.length ? sql`(${joined(conditions, ' or ')})` : sql`1 = 0`)

/** The livings of the hook's app that a meeting is bound to, by any of its names without spaces and hyphens. */
export const livingsBound = ({ corp_no, agentid, kind }: HookRow, names: readonly string[]) => sql`
  select distinct ${livingColumns} from meeting_binding b
  join living l on l.corp_no = b.corp_no and l.living_no = b.living_no
  where b.corp_no = ${corp_no} and b.kind = ${kind} and l.agentid = ${agentid} and ${isTaken}
    and ${either(names.map((name) => sql`b.meeting = ${name}`))}
  order by l.livingid`

/** The livings of the hook's app planned between two moments whose theme and description, without spaces and hyphens, contain one of these numbers, or whose livingid the subject contains. */
export const livingsNamed = ({ corp_no, agentid }: HookRow, numbers: readonly string[], subject: string, from: number, to: number) => sql`
  select ${livingColumns} from living l
  where l.corp_no = ${corp_no} and l.agentid = ${agentid} and l.reserve_start >= ${from} and l.reserve_start <= ${to} and ${isTaken}
    and ${either([
      ...numbers.map((number) => sql`replace(replace(l.theme || ' ' || l.description, '-', ''), ' ', '') like ${`%${number}%`}`),
      ...(subject ? [sql`cast(${subject} as text) like '%' || l.livingid || '%'`] : []),
    ])}
  order by l.livingid`

export const putBinding = (corp_no: number, kind: string, meeting: string, living_no: number) => sql`
  insert into meeting_binding (corp_no, kind, meeting, living_no) values (${corp_no}, ${kind}, ${meeting}, ${living_no})
  on conflict (corp_no, kind, meeting, living_no) do nothing`

export const deleteBinding = (corp_no: number, kind: string, meeting: string, living_no: number) => sql`
  delete from meeting_binding where corp_no = ${corp_no} and kind = ${kind} and meeting = ${meeting} and living_no = ${living_no}`

export type BindingRow = { kind: string; meeting: string; livingid: string }

export const bindingsOf = (corp_no: number) => sql`
  select b.kind, b.meeting, l.livingid from meeting_binding b
  join living l on l.corp_no = b.corp_no and l.living_no = b.living_no
  where b.corp_no = ${corp_no}
  order by b.kind, b.meeting, l.livingid`
