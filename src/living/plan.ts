import type { App } from '../access/token.ts'
import { beginning, packCursor, unpackCursor } from '../cursor.ts'
import { tellLiving } from '../events/tell.ts'
import { dropReplay } from '../register/audience.ts'
import { bumpRegister } from '../register/versions.ts'
import type { Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { audience } from './audience.ts'
import { checkIsOurs } from './ours.ts'
import { type Living, livingsOfAnchor, setPlan, setTimes, state } from './store.ts'

/** Throws 92006 unless the living is only planned. */
function checkIsReserved(living: Living): void {
  checkIsOurs(living)
  if (living.state !== state.reserved) throw new WireError('living_over', 'livingid: only a reserved living can be changed or cancelled')
}

/** `living/modify` (WeCom page 93640). The limits of theme and description are in bytes. Throws 92006 unless the living is reserved. */
export async function modifyLiving(db: Db, living: Living, asked: Input<Table['livingModify']>) {
  checkIsReserved(living)
  checkBytes('theme', asked.theme, 60)
  checkBytes('description', asked.description, 300)
  const { theme, description, type, remind_time, living_start, living_duration } = {
    ...living,
    living_start: living.reserve_start,
    living_duration: living.reserve_living_duration,
    ...asked,
  }
  await db.batch([
    must(setPlan(living, { theme, description, type, remind_time, reserve_start: living_start, reserve_living_duration: living_duration })),
  ])
  return {}
}

function checkBytes(field: string, text: string | undefined, most: number): void {
  const length = Buffer.byteLength(text ?? '')
  if (length > most) throw new WireError('bad_request', `${field}: expected at most ${most} bytes, got ${length}`)
}

/** Seconds a living lasts at most, as in `living/create`. */
const mostSeconds = 31_536_000

/**
 * `POST /v1/livings/{livingid}/extend`: moves the planned end of a living that is live, later or earlier.
 *
 * @param until unix seconds
 * @throws 92006 unless the living is live, 40058 where `until` has passed
 */
export async function extendLiving(db: Db, living: Living, until: number, now: number) {
  checkIsOurs(living)
  if (living.state !== state.live || living.start_time === null)
    throw new WireError('living_over', 'livingid: only a living that is live can be extended')
  const begin = Math.max(living.reserve_start, living.start_time)
  if (until <= now || until > begin + mostSeconds)
    throw new WireError('bad_request', `until: expected unix seconds after now (${now}), a year after the start at most, got ${until}`)
  await db.batch([must(setPlan(living, { ...living, reserve_living_duration: until - begin }))])
  return { start_time: living.start_time, planned_end: until }
}

/** `living/cancel` (WeCom page 93638). The living's lists are empty from then on. Throws 92006 unless it is reserved. */
export async function cancelLiving(db: Db, living: Living, now: number) {
  checkIsReserved(living)
  const cancelled = setTimes(living, { state: state.cancelled, start_time: null, end_time: null, ended_by: null })
  await db.batch([...tellLiving(living, state.cancelled, now), must(cancelled), bumpRegister(living.corp_no, living.living_no)])
  return {}
}

/** `living/delete_replay_data` (WeCom page 93743): deletes the recording, while the statistics of it stay. Throws 92007 where there is no replay. */
export async function deleteReplay(db: Db, living: Living, now: number) {
  checkIsOurs(living)
  const { has_replay } = await audience(db, living, now)
  if (!has_replay) throw new WireError('no_replay', 'livingid: there is no replay')
  await db.batch(dropReplay(living.corp_no, living.living_no))
  return {}
}

/**
 * `living/get_user_all_livingid` (WeCom page 93739): a page of the livings of an anchor that this app created, newest first. The last page
 * has an empty cursor.
 *
 * @throws 50100 for a cursor that is damaged or of another anchor
 */
export async function livingsOf(db: Db, cursorKey: Buffer, app: App, { userid, cursor, limit = 100 }: Input<Table['getUserAllLivingid']>) {
  const owner = { corp_no: app.corp_no, livingid: `${app.agentid} ${userid.toLowerCase()}` }
  const last = unpackCursor(cursorKey, owner, 'livings', cursor)
  const before = last === beginning ? Number.MAX_SAFE_INTEGER : last
  const found = await db.all<{ livingid: string; living_no: number }>(livingsOfAnchor(app, userid, before, limit + 1))
  const page = found.slice(0, limit)
  const end = page.at(-1)
  return {
    next_cursor: end && found.length > limit ? packCursor(cursorKey, owner, 'livings', end.living_no) : '',
    livingid_list: page.map((row) => row.livingid),
  }
}
