import { rows, sql } from '../store/sql.ts'

export type LatestRow = {
  agentid: number
  /** unix microseconds, strictly increasing within a process */
  noted: number
  process: string
  /** unix seconds */
  at: number
  call: string
  method: string
  path: string
  errcode: number
  errmsg: string
  /** microseconds it took */
  us: number
  /** what was asked for, as JSON */
  asked: string
}

/** Inserts calls. Idempotent: a batch of which it is unknown whether it was written can be written again. */
export const putLatest = (corp_no: number, calls: readonly LatestRow[]) => sql`
  insert into latest_call (corp_no, agentid, noted, process, at, call, method, path, errcode, errmsg, us, asked)
  select cast(${corp_no} as bigint), c.agentid, c.noted, c.process, c.at, c.call, c.method, c.path, c.errcode, c.errmsg, c.us, c.asked
  from ${rows(
    'c',
    {
      agentid: 'bigint',
      noted: 'bigint',
      process: 'text',
      at: 'bigint',
      call: 'text',
      method: 'text',
      path: 'text',
      errcode: 'bigint',
      errmsg: 'text',
      us: 'bigint',
      asked: 'text',
    },
    calls.map((c) => [c.agentid, c.noted, c.process, c.at, c.call, c.method, c.path, c.errcode, c.errmsg, c.us, c.asked]),
  )}
  where true
  on conflict (corp_no, agentid, noted, process) do nothing`

/** Deletes all calls of an app but the latest `most`. */
export const trimLatest = (corp_no: number, agentid: number, most: number) => sql`
  delete from latest_call
  where corp_no = ${corp_no}
    and agentid = ${agentid}
    and noted <= (
      select noted from latest_call
      where corp_no = ${corp_no} and agentid = ${agentid}
      order by noted desc limit 1 offset ${most}
    )`

/** The latest calls of an app, the latest first. */
export const latestOf = (corp_no: number, agentid: number, most: number) => sql`
  select agentid, noted, process, at, call, method, path, errcode, errmsg, us, asked
  from latest_call
  where corp_no = ${corp_no} and agentid = ${agentid}
  order by noted desc, process
  limit ${most}`
