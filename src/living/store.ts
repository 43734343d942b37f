import { cachedRead, forShare, sql } from '../store/sql.ts'

/** As WeCom numbers a living's status (page 93635). */
export const state = { reserved: 0, live: 1, ended: 2, expired: 3, cancelled: 4 } as const

/** Who ended a living: somebody by `/end`, its stream that stayed away, or the clock. */
export type EndedBy = 'call' | 'stream' | 'clock'

/** State and times of a living, in unix seconds. */
export type Times = { state: number; start_time: number | null; end_time: number | null; ended_by: EndedBy | null }

/** A living, with the versions of its register. Times are unix seconds, durations seconds; `era` moves whenever times or plan change. */
export type Living = {
  corp_no: number
  living_no: number
  livingid: string
  agentid: number
  anchor_userid: string
  theme: string
  description: string
  type: number
  remind_time: number
  activity: string
  reserve_start: number
  reserve_living_duration: number
  state: number
  start_time: number | null
  end_time: number | null
  era: number
  created_at: number
  /** see migrations/0007: null while it has not ended */
  ended_by: EndedBy | null
  /** unix seconds: when another host's lists were last written here; null for a living of this server's own */
  mirrored_at: number | null
  /** of the register: `version` moves with every change of a line, `entry_version` with every change of userids or classes */
  version: number
  entry_version: number
  /** unix seconds: when the register was first frozen; null while it follows the roster */
  frozen_at: number | null
}

/** Whether a living was cancelled or has expired: nobody watched one that was never held, and nobody missed it. */
export const neverHeld = (living: Pick<Living, 'state'>) => living.state === state.expired || living.state === state.cancelled

export const livingColumns = sql`l.corp_no, l.living_no, l.livingid, l.agentid, l.anchor_userid, l.theme, l.description, l.type, l.remind_time, l.activity,
    l.reserve_start, l.reserve_living_duration, l.state, l.start_time, l.end_time, l.era, l.created_at, l.ended_by, l.mirrored_at,
    g.version, g.entry_version, g.frozen_at`

/** A living whose register is hidden, because it is being opened or deleted, is not found. */
export const livingById = (corp_no: number, livingid: string) =>
  cachedRead(
    `living ${corp_no} ${livingid}`,
    sql`
  select ${livingColumns} from living l
  join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
  where l.corp_no = ${corp_no} and l.livingid = ${livingid}`,
  )

/** Takes the next living number. Guarded by the roster version the range was read at: a class that is created or moved meanwhile must not be missed. */
export const nextLivingNo = (corp_no: number, roster_version: number) => sql`
  update corp set last_living_no = last_living_no + 1 where corp_no = ${corp_no} and roster_version = ${roster_version}`

/** The living number that this batch has just taken. */
export const lastLivingNo = (corp_no: number) => sql`select last_living_no as living_no from corp where corp_no = ${corp_no}`

/** Inserts a living under the number just taken. */
export const insertLiving = (
  corp_no: number,
  living: Omit<
    Living,
    | 'corp_no'
    | 'living_no'
    | 'state'
    | 'start_time'
    | 'end_time'
    | 'era'
    | 'mirrored_at'
    | 'version'
    | 'entry_version'
    | 'ended_by'
    | 'frozen_at'
  >,
  mirrored_at: number | null = null,
) => sql`
  insert into living (corp_no, living_no, livingid, agentid, anchor_userid, anchor_key, theme, description, type, remind_time, activity,
    reserve_start, reserve_living_duration, state, era, created_at, mirrored_at)
  select corp_no, last_living_no, ${living.livingid}, cast(${living.agentid} as bigint), ${living.anchor_userid}, ${living.anchor_userid.toLowerCase()},
    ${living.theme}, ${living.description}, cast(${living.type} as bigint), cast(${living.remind_time} as bigint), ${living.activity},
    cast(${living.reserve_start} as bigint), cast(${living.reserve_living_duration} as bigint), 0, 1, cast(${living.created_at} as bigint),
    cast(${mirrored_at} as bigint)
  from corp where corp_no = ${corp_no}`

export const livingNoById = (corp_no: number, livingid: string) => sql`
  select living_no from living where corp_no = ${corp_no} and livingid = ${livingid}`

/** The classes that name an anchor among their `department_admins`. */
export const classesHeadedBy = (corp_no: number, userid: string) => sql`
  select distinct a.party_id from party_admin a
  join party p on p.corp_no = a.corp_no and p.party_id = a.party_id and p.type = 1
  where a.corp_no = ${corp_no} and a.userid_key = ${userid.toLowerCase()}
  order by a.party_id`

/** Optimistic lock: writes only while the era is the one that was read, and bumps it, so that whoever decided on the old one tries again. */
export const setTimes = (living: Living, next: Times) => sql`
  update living set state = ${next.state}, start_time = ${next.start_time}, end_time = ${next.end_time}, ended_by = ${next.ended_by}, era = era + 1
  where corp_no = ${living.corp_no} and living_no = ${living.living_no} and era = ${living.era}`

/** Bumps the era and changes nothing else, so that no process believes what it knew of the register. Guarded as `setTimes` is. */
export const nextEra = ({ corp_no, living_no, era }: Pick<Living, 'corp_no' | 'living_no' | 'era'>) => sql`
  update living set era = era + 1 where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era}`

/** Open livings whose planned time and grace are over, 100 at most; `timesDue` of due.ts decides about each. Mirrored livings end when their host answers so. */
export const overdue = (now: number, grace: number) => sql`
  select l.corp_no, l.livingid from living l
  where l.state in (0, 1) and l.mirrored_at is null
    and l.reserve_start + l.reserve_living_duration + ${grace} <= ${now}
    and coalesce(l.start_time, 0) + l.reserve_living_duration + ${grace} <= ${now}
  order by l.corp_no, l.living_no
  limit 100`

/** Livings created before a moment whose opening never finished, because the process died: their ids were never answered to anybody. */
export const abandoned = (before: number) => sql`
  select l.corp_no, l.living_no from living l
  join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 0
  where l.state in (0, 1) and l.created_at < ${before}
  limit 100`

/** Livings of every corp that were over before a moment, hidden ones among them. */
export const endedBefore = (before: number) => sql`
  select corp_no, living_no from living
  where state not in (0, 1) and coalesce(end_time, reserve_start + reserve_living_duration) < ${before}
  order by corp_no, living_no`

export const deleteLiving = (corp_no: number, living_no: number) => sql`
  delete from living where corp_no = ${corp_no} and living_no = ${living_no}`

/** The classes of a living. */
export const classesOf = (corp_no: number, living_no: number) => sql`
  select party_id from register_class where corp_no = ${corp_no} and living_no = ${living_no} order by party_id`

type Plan = Pick<Living, 'theme' | 'description' | 'type' | 'remind_time' | 'reserve_start' | 'reserve_living_duration'>

/** Guarded by the era, as `setTimes` is. */
export const setPlan = (living: Living, plan: Plan) => sql`
  update living set theme = ${plan.theme}, description = ${plan.description}, type = ${plan.type}, remind_time = ${plan.remind_time},
    reserve_start = ${plan.reserve_start}, reserve_living_duration = ${plan.reserve_living_duration}, era = era + 1
  where corp_no = ${living.corp_no} and living_no = ${living.living_no} and era = ${living.era}`

export const livingsOfAnchor = (
  { corp_no, agentid }: { corp_no: number; agentid: number },
  userid: string,
  before: number,
  limit: number,
) => sql`
  select l.livingid, l.living_no from living l
  join register g on g.corp_no = l.corp_no and g.living_no = l.living_no and g.ready = 1
  where l.corp_no = ${corp_no} and l.anchor_key = ${userid.toLowerCase()} and l.agentid = ${agentid} and l.living_no < ${before}
  order by l.living_no desc
  limit ${limit}`

/** Locks the living until the batch is committed. Finds a row only while its era is the one that was read: to be guarded by `must`. */
export const lockEra = ({ corp_no, living_no, era }: Pick<Living, 'corp_no' | 'living_no' | 'era'>) => sql`
  select 1 as ok from living where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era} ${forShare}`
