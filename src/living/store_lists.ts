import { among, type Query, sql } from '../store/sql.ts'
import { livingColumns } from './store.ts'

/** Which livings an account may see: those of an anchor and those held for some classes; undefined for all. */
export type Seen = { anchor_key?: string; party_ids?: readonly number[] } | undefined

/** Newest first. */
export const livingsBegunBetween = (corp_no: number, seen: Seen, from: number, to: number, limit: number, party_id?: number) => sql`
    select ${livingColumns} from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
    where l.corp_no = ${corp_no}
      and coalesce(l.start_time, l.reserve_start) >= ${from} and coalesce(l.start_time, l.reserve_start) < ${to}
      and ${isSeen(seen)} and ${party_id === undefined ? sql`1 = 1` : isHeldFor(party_id)}
    order by coalesce(l.start_time, l.reserve_start) desc, l.living_no desc
    limit ${limit}`

/** Newest first. `state in (0, 1)` is the condition of the partial index on open livings. */
export const livingsLive = (corp_no: number, seen: Seen, limit: number) => sql`
    select ${livingColumns} from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
    where l.corp_no = ${corp_no} and l.state in (0, 1) and l.state = 1 and ${isSeen(seen)}
    order by l.start_time desc, l.living_no desc
    limit ${limit}`

const isHeldFor = (party_id: number) => sql`exists (
        select 1 from register_class c where c.corp_no = l.corp_no and c.living_no = l.living_no and c.party_id = ${party_id})`

function isSeen(seen: Seen): Query {
  if (!seen) return sql`1 = 1`
  return sql`(l.anchor_key = ${seen.anchor_key ?? ''} or exists (
        select 1 from register_class c where c.corp_no = l.corp_no and c.living_no = l.living_no
          and ${among('c.party_id', seen.party_ids ?? [])}))`
}
