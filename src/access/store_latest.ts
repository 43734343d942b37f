import { rows, sql } from '../store/sql.ts'

export type LatestRow = {
  agentid: number
  /** microseconds, rising within a process */
  noted: number
  process: string
  /** unix seconds */
  at: number
  call: string
  method: string
  path: string
  errcode: number
  errmsg: string
  us: number
  /** JSON */
  asked: string
}

/** Written again where nobody knows whether it was written: the same. */
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

/** All of an app but its latest. */
export const trimLatest = (corp_no: number, agentid: number, most: number) => sql`
  delete from latest_call
  where corp_no = ${corp_no}
    and agentid = ${agentid}
    and noted <= (
      select noted from latest_call
      where corp_no = ${corp_no} and agentid = ${agentid}
      order by noted desc limit 1 offset ${most}
    )`

export const latestOf = (corp_no: number, agentid: number, most: number) => sql`
  select agentid, noted, process, at, call, method, path, errcode, errmsg, us, asked
  from latest_call
  where corp_no = ${corp_no} and agentid = ${agentid}
  order by noted desc, process
  limit ${most}`
