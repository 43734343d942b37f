import type { Living } from '../living/store.ts'
import { setExcuse, viewersWithLine } from '../register/excuse.ts'
import { userids, type ViewerLookup, viewerNumbers } from '../roster/viewers.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'

/** Why viewers are excused, and by whom; null takes an excuse back. */
export type Excuse = { reason: string; by: string } | null

/**
 * `POST /v1/livings/{livingid}/excuse`: excuses people named by userid, before the end or after it, or takes the excuse back.
 *
 * @returns how many were excused, and who has no line on the register
 * @throws 40058 where reason or by is missing
 */
export async function excuse(
  { db, viewers }: { readonly db: Db; readonly viewers: ViewerLookup },
  living: Living,
  asked: Input<Table['excuse']>,
  now: number,
) {
  const found = await viewers(db, living.corp_no, asked.viewers)
  const excused = await excuseViewers(db, living, viewerNumbers(found), excuseOf(asked), now)
  const unknown = asked.viewers.filter((_, index) => !excused.has(found[index]?.viewer_no as number))
  return { excused: excused.size, unknown: userids(unknown) }
}

function excuseOf({ undo, reason, by }: Input<Table['excuse']>): Excuse {
  if (Number(undo ?? 0) === 1) return null
  if (reason === undefined) throw new WireError('bad_request', 'reason: expected why the viewers are excused, got nothing')
  if (by === undefined) throw new WireError('bad_request', 'by: expected who excuses them, got nothing')
  return { reason, by }
}

/** Excuses viewers by number. Returns the numbers of those who have a line: nobody else can be excused. */
export async function excuseViewers(
  db: Db,
  living: Living,
  viewer_nos: readonly number[],
  excuse: Excuse,
  now: number,
): Promise<ReadonlySet<number>> {
  const lines = await db.all<{ viewer_no: number }>(viewersWithLine(living, viewer_nos))
  const excused = new Set(lines.map(({ viewer_no }) => viewer_no))
  // on PostgreSQL two excuses of the same viewers at once may deadlock: one of them is written again
  if (excused.size) await retryOnConflict(() => db.batch(setExcuse(living, [...excused], excuse, now)))
  return excused
}
