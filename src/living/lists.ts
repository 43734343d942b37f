import type { Db } from '../store/db.ts'
import { among, type Query, sql } from '../store/sql.ts'
import { settle } from './life.ts'
import { load } from './living.ts'
import { type Living, livingColumns } from './store.ts'

/** Whose livings somebody may see: those of an anchor, and those held for some classes; all, where nothing is said. */
export type Seen = { anchor_key?: string; party_ids?: readonly number[] } | undefined

/** Livings that begin, or are planned to, within [from, to), newest first. */
export const livingsBetween = (
  db: Db,
  corp_no: number,
  seen: Seen,
  { from, to, limit, party_id }: { from: number; to: number; limit: number; party_id?: number },
) =>
  db.all<Living>(sql`
    select ${livingColumns} from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
    where l.corp_no = ${corp_no}
      and coalesce(l.start_time, l.reserve_start) >= ${from} and coalesce(l.start_time, l.reserve_start) < ${to}
      and ${seenBy(seen)} and ${party_id === undefined ? sql`1 = 1` : inClass(party_id)}
    order by coalesce(l.start_time, l.reserve_start) desc, l.living_no desc
    limit ${limit}`)

/** Those that run now, whenever they began; `in (0, 1)` is what the index of open livings says. */
export const livingsRunning = (db: Db, corp_no: number, seen: Seen) =>
  db.all<Living>(sql`
    select ${livingColumns} from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
    where l.corp_no = ${corp_no} and l.state in (0, 1) and l.state = 1 and ${seenBy(seen)}
    order by l.start_time desc, l.living_no desc
    limit 50`)

const inClass = (party_id: number) => sql`exists (
        select 1 from register_class c where c.corp_no = l.corp_no and c.living_no = l.living_no and c.party_id = ${party_id})`

function seenBy(seen: Seen): Query {
  if (!seen) return sql`1 = 1`
  return sql`(l.anchor_key = ${seen.anchor_key ?? ''} or exists (
        select 1 from register_class c where c.corp_no = l.corp_no and c.living_no = l.living_no
          and ${among('c.party_id', seen.party_ids ?? [])}))`
}

/** A living of the school, whichever app made it, as it stands now. */
export async function livingIn(db: Db, corp_no: number, livingid: string, now: number, endGrace: number): Promise<Living | undefined> {
  const living = await load(db, corp_no, livingid)
  if (!living || !(await settle(db, living, now, endGrace))) return living
  return load(db, corp_no, livingid)
}
