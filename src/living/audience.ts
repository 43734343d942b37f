import { type AudienceRow, audienceOf } from '../register/audience.ts'
import type { Db } from '../store/db.ts'
import { type Living, state } from './store.ts'

/** Seconds since the last evidence within which a viewer counts as online: three heartbeats of 30 s, the longest interval that players usually have. */
const onlineSeconds = 90

/** How many watch or watched a living, commented, and are online now; whether it has a replay (0 or 1), or had one that was deleted. */
export async function audience(db: Db, living: Living, now: number): Promise<AudienceRow> {
  const [row] = await db.all<AudienceRow>(audienceOf(living.corp_no, living.living_no, now - onlineSeconds))
  if (!row) return { viewer_num: 0, comment_num: 0, online_count: 0, has_replay: 0, replay_deleted: 0 }
  return { ...row, online_count: living.state === state.live ? row.online_count : 0 }
}
