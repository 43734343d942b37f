import { joined, type Query, rows, sql } from '../../store/sql.ts'
import type { HookRow } from '../store.ts'

/** What happened in a meeting; its end has no session. See migration 0015. `at` in unix seconds. */
export type MeetingEventRow = { meeting: string; session: string; at: number; happened: 'join' | 'leave' | 'end'; told: string }
type HookOf = Pick<HookRow, 'corp_no' | 'hook_no'>

/** Stores events; the same one twice is one row. */
export const putMeetingEvents = ({ corp_no, hook_no }: HookOf, events: readonly MeetingEventRow[], now: number) => sql`
  insert into meeting_event (corp_no, hook_no, meeting, session, at, happened, told, seen_at)
  select cast(${corp_no} as bigint), cast(${hook_no} as bigint), meeting, session, at, happened, told, cast(${now} as bigint)
  from ${rows(
    'r',
    { meeting: 'text', session: 'text', at: 'bigint', happened: 'text', told: 'text' },
    events.map(({ meeting, session, at, happened, told }) => [meeting, session, at, happened, told]),
  )}
  where true
  on conflict (corp_no, hook_no, meeting, session, at, happened) do nothing`

/** What happened to one session of a meeting, and the ends of the meeting; with an empty `session` all that happened in the meeting. */
export const meetingEvents = (hook: HookOf, meeting: string, session: string) => sql`
  select meeting, session, at, happened, told from meeting_event
  where corp_no = ${hook.corp_no} and hook_no = ${hook.hook_no} and meeting = ${meeting}
    ${session ? sql`and session in (${session}, '')` : sql``}
  order by session, at, happened`

/** A meeting that somebody is in. `told` is the JSON of a join. */
export type OpenMeetingRow = HookOf & { meeting: string; told: string }

/** Meetings that somebody has joined after a moment, in unix seconds, of whom no leave has come, nor an end of the meeting. */
export const openMeetings = (from: number) => sql`
  select j.corp_no, j.hook_no, j.meeting, min(j.told) as told
  from meeting_event j
  where j.happened = 'join' and j.at > ${from}
    and not exists (
      select 1 from meeting_event l
      where l.corp_no = j.corp_no and l.hook_no = j.hook_no and l.meeting = j.meeting and l.session in (j.session, '')
        and l.happened <> 'join' and l.at >= j.at)
  group by j.corp_no, j.hook_no, j.meeting
  order by j.corp_no, j.hook_no, j.meeting`

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
