import { sql } from '../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/** Whether any stay, not of the replay, overlaps [from, to). */
export const anyStayBetween = ({ corp_no, living_no }: Of, from: number, to: number) => sql`
  select 1 as ok from stay
  where corp_no = ${corp_no} and living_no = ${living_no} and replay = 0 and enter_time < ${to} and (leave_time > ${from} or enter_time >= ${from})
  limit 1`

/** The end of the last moment anybody was there, of stays that had begun by `until`. Null where nobody was. A moment lasts a second. */
export const lastSeen = ({ corp_no, living_no }: Of, until: number) => sql`
  select max(case when leave_time > enter_time then leave_time else enter_time + 1 end) as at from stay
  where corp_no = ${corp_no} and living_no = ${living_no} and replay = 0 and enter_time < ${until}`

/** Whether the stream of a living is published now. */
export const publishedStream = ({ corp_no, living_no }: Of) => sql`
  select 1 as ok from hook_stream where corp_no = ${corp_no} and living_no = ${living_no} and unpublished_at = 0`
