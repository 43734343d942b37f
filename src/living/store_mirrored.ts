import { sql } from '../store/sql.ts'
import type { Living } from './store.ts'

/** Statements for livings that are mirrored from another host. `ready`: whether the register is visible. */
export type MirroredRegister = { living_no: number; era: number; mirrored_at: number | null; ready: number }

/** A living as another host answers it. Times are unix seconds, null where the host answers none. */
export type HostLiving = Pick<
  Living,
  | 'livingid'
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
>

/** A living by its id, visible or not. */
export const mirroredRegister = (corp_no: number, livingid: string) => sql`
  select l.living_no, l.era, l.mirrored_at, g.ready from living l
  join register g on g.corp_no = l.corp_no and g.living_no = l.living_no
  where l.corp_no = ${corp_no} and l.livingid = ${livingid}`

/** Writes a living as another host answers it. Guarded by the era, as `setTimes` is. */
export const setMirrored = (corp_no: number, living_no: number, era: number, host: HostLiving, now: number) => sql`
  update living set agentid = ${host.agentid}, anchor_userid = ${host.anchor_userid}, anchor_key = ${host.anchor_userid.toLowerCase()},
    theme = ${host.theme}, description = ${host.description}, type = ${host.type}, reserve_start = ${host.reserve_start},
    reserve_living_duration = ${host.reserve_living_duration}, state = ${host.state}, start_time = ${host.start_time},
    end_time = ${host.end_time}, mirrored_at = ${now}, era = era + 1
  where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era}`

export type MirroredLiving = { livingid: string; state: number; end_time: number | null; mirrored_at: number }

/** All mirrored livings of a corp. */
export const mirroredLivings = (corp_no: number) => sql`
  select livingid, state, end_time, mirrored_at from living where corp_no = ${corp_no} and mirrored_at is not null order by living_no`

/** A living of this database's own server, if there is one. */
export const anyOwnLiving = (corp_no: number) => sql`
  select livingid from living where corp_no = ${corp_no} and mirrored_at is null limit 1`
