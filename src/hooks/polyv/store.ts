import { sql } from '../../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/** From which moment on, in unix milliseconds, the log of a channel is pulled the next time for a living. */
export const positionOf = ({ corp_no, living_no }: Of, channel: string) => sql`
  select from_ms from polyv_position where corp_no = ${corp_no} and living_no = ${living_no} and channel = ${channel}`

export const putPosition = ({ corp_no, living_no }: Of, channel: string, from_ms: number) => sql`
  insert into polyv_position (corp_no, living_no, channel, from_ms) values (${corp_no}, ${living_no}, ${channel}, ${from_ms})
  on conflict (corp_no, living_no, channel) do update set from_ms = excluded.from_ms`
