import type { Db } from '../store/db.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table } from '../wire/table.ts'
import { audience } from './audience.ts'
import { classesOf, type Living, state } from './store.ts'

/** `living_start` and `living_duration` are the plan before the start, and what happened after it (WeCom page 93635, and an answer seen in March 2025). */
function times(living: Living) {
  const { start_time, end_time, reserve_start, reserve_living_duration } = living
  if (start_time === null) return { living_start: reserve_start, living_duration: reserve_living_duration }
  return { living_start: start_time, living_duration: end_time === null ? reserve_living_duration : end_time - start_time }
}

/** WeCom answers an address to push the stream to. Rollcall takes no stream, so the field is there and empty. */
const pushUrl = ({ type, state: now }: Living) => (type === 4 && now === state.reserved ? { push_stream_url: '' } : {})

/** `school/living/get_living_info` (WeCom page 93740): twelve fields, without the status. */
export async function schoolLivingInfo(db: Db, living: Living, now: number): Promise<Output<Table['schoolGetLivingInfo']>> {
  const { viewer_num, comment_num, online_count, has_replay, replay_deleted } = await audience(db, living, now)
  const classes = await db.all<{ party_id: number }>(classesOf(living.corp_no, living.living_no))
  return {
    living_info: {
      theme: living.theme,
      ...times(living),
      anchor_userid: living.anchor_userid,
      living_range: { partyids: classes.map((row) => row.party_id), group_names: [] },
      viewer_num,
      comment_num,
      open_replay: has_replay || replay_deleted ? 1 : 0,
      ...pushUrl(living),
      online_count,
      subscribe_count: 0,
    },
  }
}

/** `living/get_living_info` (WeCom page 93635). Rollcall stores no staff, so the anchor's department is always the root. */
export async function livingInfo(db: Db, living: Living, now: number): Promise<Output<Table['livingGetLivingInfo']>> {
  const { viewer_num, comment_num, online_count, has_replay, replay_deleted } = await audience(db, living, now)
  const open_replay = has_replay || replay_deleted ? 1 : 0
  return {
    living_info: {
      theme: living.theme,
      ...times(living),
      status: living.state,
      reserve_start: living.reserve_start,
      reserve_living_duration: living.reserve_living_duration,
      description: living.description,
      anchor_userid: living.anchor_userid,
      main_department: 1,
      viewer_num,
      comment_num,
      mic_num: 0,
      open_replay,
      ...(open_replay && { replay_status: has_replay ? 0 : 2 }),
      type: living.type,
      ...pushUrl(living),
      online_count,
      subscribe_count: 0,
    },
  }
}
