import { sql } from '../store/sql.ts'

/** A mirrored corp: the URL of its host, the app of its livings, and when its roster was mirrored (seconds since 1970). */
export type MirrorRow = { base: string; agentid: number; roster_at: number | null }

export const mirrorOf = (corp_no: number) => sql`select base, agentid, roster_at from mirror where corp_no = ${corp_no}`

export const putMirror = (corp_no: number, base: string, agentid: number) => sql`
  insert into mirror (corp_no, base, agentid) values (${corp_no}, ${base}, ${agentid})
  on conflict (corp_no) do update set base = excluded.base, agentid = excluded.agentid`

export const setRosterAt = (corp_no: number, now: number) => sql`update mirror set roster_at = ${now} where corp_no = ${corp_no}`
