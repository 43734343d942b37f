import type { App } from '../access/token.ts'
import { audience, dropReplay } from '../attendance/pages/watched.ts'
import { beginning, packCursor, unpackCursor } from '../cursor.ts'
import { tellLiving } from '../events/tell.ts'
import { moveRegister } from '../register/versions.ts'
import type { Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { checkOurs } from './ours.ts'
import { type Living, livingsOfAnchor, setPlan, setTimes, state } from './store.ts'

/** What can be done to a living that is only planned, and to the list of a teacher's. */
function checkReserved(living: Living): void {
  checkOurs(living)
  if (living.state !== state.reserved) throw new WireError('living_over', 'livingid: only a reserved living can be changed or cancelled')
}

/** Page 93640. Limits are in bytes here. */
export async function modifyLiving(db: Db, living: Living, asked: Input<Table['livingModify']>) {
  checkReserved(living)
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

/** Page 93638. No lesson was held: its lists are empty from then on. */
export async function cancelLiving(db: Db, living: Living, now: number) {
  checkReserved(living)
  const cancelled = setTimes(living, { state: state.cancelled, start_time: null, end_time: null })
  await db.batch([...tellLiving(living, state.cancelled, now), must(cancelled), moveRegister(living.corp_no, living.living_no)])
  return {}
}

/** Page 93743: the replay's stays go; 92007 where there is no replay, or no longer. */
export async function deleteReplay(db: Db, living: Living, now: number) {
  checkOurs(living)
  const { has_replay } = await audience(db, living, now)
  if (!has_replay) throw new WireError('no_replay', 'livingid: there is no replay')
  await db.batch(dropReplay(living.corp_no, living.living_no))
  return {}
}

/** Page 93739: the livings of a teacher that this app created, newest first. An empty cursor is the last page. */
export async function livingsOf(db: Db, cursorKey: Buffer, app: App, { userid, cursor, limit = 100 }: Input<Table['getUserAllLivingid']>) {
  const of = { corp_no: app.corp_no, livingid: `${app.agentid} ${userid.toLowerCase()}` }
  const place = unpackCursor(cursorKey, of, 'livings', cursor)
  const before = place === beginning ? Number.MAX_SAFE_INTEGER : place
  const found = await db.all<{ livingid: string; living_no: number }>(livingsOfAnchor(app, userid, before, limit + 1))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    next_cursor: last && found.length > limit ? packCursor(cursorKey, of, 'livings', last.living_no) : '',
    livingid_list: page.map((row) => row.livingid),
  }
}
