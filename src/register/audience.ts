import { sql } from '../store/sql.ts'
import { overlaps } from './ticks.ts'

/** The stays of a living that overlap it, from `stay s` and `living l`. */
export const overlappingStays = (corp_no: number, living_no: number) => sql`
      from stay s join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
      where s.corp_no = ${corp_no} and s.living_no = ${living_no} and ${overlaps}`

export type AudienceRow = {
  viewer_num: number
  comment_num: number
  online_count: number
  has_replay: number
  replay_deleted: number
}

/**
 * How many watch or watched a living, how many of them commented, how many are there now, and what there is of a replay.
 *
 * @param onlineSince unix seconds: a viewer whose last evidence is not older counts as online
 */
export const audienceOf = (corp_no: number, living_no: number, onlineSince: number) => {
  const stays = overlappingStays(corp_no, living_no)
  return sql`
    select g.replay_deleted,
      (select count(distinct s.viewer_no) ${stays}) as viewer_num,
      (select count(distinct s.viewer_no) ${stays} and s.is_comment = 1) as comment_num,
      (select count(distinct s.viewer_no) ${stays} and s.leave_time >= ${onlineSince}) as online_count,
      case when g.replay_deleted = 0 and exists (select 1 from stay s where s.corp_no = ${corp_no} and s.living_no = ${living_no} and s.replay = 1) then 1 else 0 end as has_replay
    from register g where g.corp_no = ${corp_no} and g.living_no = ${living_no}`
}

/** Records that the recording is deleted. The stays of the replay, and so the statistics, are kept. */
export const dropReplay = (corp_no: number, living_no: number) => [
  sql`update register set replay_deleted = 1 where corp_no = ${corp_no} and living_no = ${living_no}`,
]
