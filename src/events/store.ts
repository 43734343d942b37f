import { type Query, rows, sql } from '../store/sql.ts'

/**
 * All that is written of events. A callback's `lease_until` says whose turn it is to deliver: whoever moved it from the past
 * into the future, until then.
 */

/** A corp without any callback writes nothing: its numbers stand still. */
export const takeNumbers = (corp_no: number, count: number) => sql`
  update corp set last_event_no = last_event_no + ${count}
  where corp_no = ${corp_no} and exists (select 1 from callback k where k.corp_no = ${corp_no})`

export type NewEvent = { event: string; from_userid: string; fields: string }

/** Under the numbers just taken, one row for each app of the audience that has a callback. */
export const insertEvents = (corp_no: number, events: readonly NewEvent[], audience: Query, now: number) => sql`
  insert into outbox (corp_no, event_no, agentid, event, from_userid, fields, created_at, state, attempts)
  select c.corp_no, c.last_event_no - cast(${events.length} as bigint) + e.place, a.agentid, e.event, e.from_userid, e.fields,
    cast(${now} as bigint), 0, 0
  from corp c
  join callback k on k.corp_no = c.corp_no
  join app a on a.corp_no = k.corp_no and a.agentid = k.agentid and a.disabled = 0
  cross join ${rows(
    'e',
    { place: 'bigint', event: 'text', from_userid: 'text', fields: 'text' },
    events.map(({ event, from_userid, fields }, index) => [index + 1, event, from_userid, fields]),
  )}
  where c.corp_no = ${corp_no} and ${audience}`

export const toApp = (agentid: number) => sql`a.agentid = ${agentid}`

export const toHolders = (grants: readonly string[]) => sql`exists (
    select 1 from ${rows(
      'g',
      { name: 'text' },
      grants.map((name) => [name]),
    )}
    where ',' || a.grants || ',' like '%,' || g.name || ',%')`

export const putCallback = (
  corp_no: number,
  agentid: number,
  { url, token, aes_key }: { url: string; token: string; aes_key: string },
  now: number,
) => sql`
  insert into callback (corp_no, agentid, url, token, aes_key, lease_until, created_at)
  values (${corp_no}, ${agentid}, ${url}, ${token}, ${aes_key}, 0, ${now})
  on conflict (corp_no, agentid) do update set url = excluded.url, token = excluded.token, aes_key = excluded.aes_key`

/** What was still to be told is told to nobody. */
export const dropCallback = (corp_no: number, agentid: number) => [
  sql`delete from callback where corp_no = ${corp_no} and agentid = ${agentid}`,
  sql`delete from outbox where corp_no = ${corp_no} and agentid = ${agentid} and state = 0`,
]

/** An app that is told of events, and all its messages need. */
export type Receiver = {
  corp_no: number
  agentid: number
  corpid: string
  kind: string
  suite_id: string | null
  url: string
  token: string
  aes_key: string
}

export const receiver = (corp_no: number, agentid: number) => sql`
  select k.corp_no, k.agentid, c.corpid, a.kind, s.suite_id, k.url, k.token, k.aes_key
  from callback k
  join corp c on c.corp_no = k.corp_no
  join app a on a.corp_no = k.corp_no and a.agentid = k.agentid
  left join suite s on s.suite_no = a.suite_no
  where k.corp_no = ${corp_no} and k.agentid = ${agentid}`

export const receiversWaiting = (now: number) => sql`
  select k.corp_no, k.agentid from callback k
  where k.lease_until <= ${now}
    and exists (select 1 from outbox o where o.corp_no = k.corp_no and o.agentid = k.agentid and o.state = 0)
  order by k.corp_no, k.agentid
  limit 100`

/** Touches a row only for the one whose turn it becomes. */
export const takeTurn = (corp_no: number, agentid: number, now: number, until: number) => sql`
  update callback set lease_until = ${until}
  where corp_no = ${corp_no} and agentid = ${agentid} and lease_until <= ${now}`

/** Touches no row where somebody else's turn has come. */
export const keepTurn = (corp_no: number, agentid: number, mine: number, until: number) => sql`
  update callback set lease_until = ${until}
  where corp_no = ${corp_no} and agentid = ${agentid} and lease_until = ${mine}`

export type EventRow = NewEvent & { event_no: number; created_at: number; attempts: number }

export const nextEvent = (corp_no: number, agentid: number) => sql`
  select event_no, event, from_userid, fields, created_at, attempts from outbox
  where corp_no = ${corp_no} and agentid = ${agentid} and state = 0
  order by event_no
  limit 1`

export const eventState = { waiting: 0, delivered: 1, givenUp: 2 } as const

export const recordAttempt = (
  corp_no: number,
  agentid: number,
  event_no: number,
  went: { state: number; attempts: number; status: number | null; error: string | null; now: number },
) => sql`
  update outbox set state = ${went.state}, attempts = ${went.attempts}, status = ${went.status}, error = ${went.error}, tried_at = ${went.now}
  where corp_no = ${corp_no} and event_no = ${event_no} and agentid = ${agentid} and state = 0`

export const clearEvents = (before: number) => sql`delete from outbox where created_at < ${before}`
