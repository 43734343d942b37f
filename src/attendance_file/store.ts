import { rows, sql } from '../store/sql.ts'

/** Table `file_mapping`: the column mappings that users have confirmed, by a hash of the header row. */

export type MappingRow = { header_hash: string; mapping: string }

/** The mappings remembered for some rows of headers. */
export const mappingsOf = (corp_no: number, hashes: readonly string[]) => sql`
  select m.header_hash, m.mapping
  from ${rows(
    'r',
    { header_hash: 'text' },
    hashes.map((hash) => [hash]),
  )}
  cross join file_mapping m
  where m.corp_no = ${corp_no} and m.header_hash = r.header_hash`

/** Remembers a mapping for a row of headers. */
export const putMapping = (corp_no: number, { header_hash, mapping }: MappingRow, now: number) => sql`
  insert into file_mapping (corp_no, header_hash, mapping, mapped_at)
  values (${corp_no}, ${header_hash}, ${mapping}, ${now})
  on conflict (corp_no, header_hash) do update set mapping = excluded.mapping, mapped_at = excluded.mapped_at`

/** How many of these stays a register has stored, with a time that is theirs or lies around it. */
export const storedAmong = (
  { corp_no, living_no }: { corp_no: number; living_no: number },
  stays: readonly (readonly [viewer_no: number, stay_id: string, enter_time: number, leave_time: number])[],
) => sql`
  select count(*) as stored
  from ${rows('r', { viewer_no: 'bigint', stay_id: 'text', enter_time: 'bigint', leave_time: 'bigint' }, stays)}
  cross join stay s
  where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.viewer_no = r.viewer_no and s.replay = 0 and s.stay_id = r.stay_id
    and s.enter_time <= r.enter_time and s.leave_time >= r.leave_time`
