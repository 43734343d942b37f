import { type Query, rows, sql } from '../store/sql.ts'

/**
 * Statements for events: a transactional outbox. A process delivers an app's events while it holds the lease of the app's callback, which
 * ends at `lease_until` (unix seconds).
 */

/** Takes the next event numbers. Touches no row in a corp without a callback: then no event is written either. */
export const takeNumbers = (corp_no: number, count: number) => sql`
  update corp set last_event_no = last_event_no + ${count}
  where corp_no = ${corp_no} and exists (select 1 from callback k where k.corp_no = ${corp_no})`

export type NewEvent = { event: string; from_userid: string; fields: string }

/** Inserts events under the numbers just taken: a row for each app of the audience that has a callback. */
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

/** The audience of one app. */
export const toApp = (agentid: number) => sql`a.agentid = ${agentid}`

/** The audience of one app where it is a third-party app, else of none. */
export const toThirdPartyApp = (agentid: number) => sql`a.agentid = ${agentid} and a.kind = 'third-party'`

/** The audience of the apps that hold one of these grants. */
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

/** Deletes a callback, and the events that were still to be delivered to it. */
export const dropCallback = (corp_no: number, agentid: number) => [
  sql`delete from callback where corp_no = ${corp_no} and agentid = ${agentid}`,
  sql`delete from outbox where corp_no = ${corp_no} and agentid = ${agentid} and state = 0`,
]

/** An app with a callback, and what a message to it needs. In the database `token` and `aes_key` are encrypted. */
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

/** Apps that have events to deliver and whose lease is free, 100 at most. */
export const receiversWaiting = (now: number) => sql`
  select k.corp_no, k.agentid from callback k
  where k.lease_until <= ${now}
    and exists (select 1 from outbox o where o.corp_no = k.corp_no and o.agentid = k.agentid and o.state = 0)
  order by k.corp_no, k.agentid
  limit 100`

/** Takes the lease of a callback. Touches no row while another process holds it. */
export const takeDelivery = (corp_no: number, agentid: number, now: number, until: number) => sql`
  update callback set lease_until = ${until}
  where corp_no = ${corp_no} and agentid = ${agentid} and lease_until <= ${now}`

/** Renews the lease, or gives it back with `until` 0. Touches no row where it has expired and another process has taken it. */
export const renewDelivery = (corp_no: number, agentid: number, mine: number, until: number) => sql`
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
