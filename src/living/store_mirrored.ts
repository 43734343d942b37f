import { forShare, sql } from '../store/sql.ts'
import type { Living } from './store.ts'

/** Livings that another host holds; what is written of them beside their register. */
export type MirroredPlace = { living_no: number; era: number; mirrored_at: number | null; ready: number }

/** A living whether or not it can be seen. */
export const mirroredPlace = (corp_no: number, livingid: string) => sql`
  select l.living_no, l.era, l.mirrored_at, g.ready from living l
  join register g on g.corp_no = l.corp_no and g.living_no = l.living_no
  where l.corp_no = ${corp_no} and l.livingid = ${livingid}`

/** Nobody else writes this living meanwhile. */
export const sameEra = (corp_no: number, living_no: number, era: number) => sql`
  select 1 as ok from living where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era} ${forShare}`

/** A living as another host says it is; guarded by the era, as `setTimes`. */
export const setMirrored = (
  corp_no: number,
  living_no: number,
  era: number,
  host: Pick<
    Living,
    | 'agentid'
    | 'anchor_userid'
    | 'theme'
    | 'description'
    | 'type'
    | 'reserve_start'
    | 'reserve_living_duration'
    | 'state'
    | 'start_time'
    | 'end_time'
  >,
  now: number,
) => sql`
  update living set agentid = ${host.agentid}, anchor_userid = ${host.anchor_userid}, anchor_key = ${host.anchor_userid.toLowerCase()},
    theme = ${host.theme}, description = ${host.description}, type = ${host.type}, reserve_start = ${host.reserve_start},
    reserve_living_duration = ${host.reserve_living_duration}, state = ${host.state}, start_time = ${host.start_time},
    end_time = ${host.end_time}, mirrored_at = ${now}, era = era + 1
  where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era}`

export type MirroredLiving = { livingid: string; state: number; end_time: number | null; mirrored_at: number }

export const mirroredLivings = (corp_no: number) => sql`
  select livingid, state, end_time, mirrored_at from living where corp_no = ${corp_no} and mirrored_at is not null order by living_no`

export const anyOwnLiving = (corp_no: number) => sql`
  select livingid from living where corp_no = ${corp_no} and mirrored_at is null limit 1`
