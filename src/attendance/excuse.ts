import type { Living } from '../living/store.ts'
import { dropUnchanged, keepPast } from '../register/lines.ts'
import { moveLines } from '../register/versions.ts'
import { type KnownViewers, named, numbersOf } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import { among, numbers, type Query, sql } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'

/** Excuses viewers on the register, before the end or after it, or takes it back. Who has no line comes back as unknown. */
export async function excuseViewers(db: Db, viewers: KnownViewers, living: Living, asked: Input<Table['excuse']>, now: number) {
  const undo = Number(asked.undo ?? 0) === 1
  const { reason, by } = asked
  if (!undo && reason === undefined) throw new WireError('bad_request', 'reason: expected why the viewers are excused, got nothing')
  if (!undo && by === undefined) throw new WireError('bad_request', 'by: expected who excuses them, got nothing')
  const known = await viewers(db, living.corp_no, asked.viewers)
  const lines = await db.all<{ viewer_no: number }>(linesOf(living, numbersOf(known)))
  const found = new Set(lines.map(({ viewer_no }) => viewer_no))
  if (found.size) await db.batch(setExcused(living, [...found], undo ? null : { reason: reason as string, by: by as string }, now))
  const unknown = asked.viewers.filter((_, index) => !found.has(known[index]?.viewer_no as number))
  return { excused: found.size, unknown: named(unknown) }
}

const linesOf = ({ corp_no, living_no }: Living, viewer_nos: readonly number[]) => sql`
  select a.viewer_no from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no`

function setExcused(
  { corp_no, living_no }: Living,
  viewer_nos: readonly number[],
  excused: { reason: string; by: string } | null,
  now: number,
): Query[] {
  const which = sql`corp_no = ${corp_no} and living_no = ${living_no}
      and ${among('viewer_no', viewer_nos)}`
  return [
    keepPast(which, now),
    excused
      ? sql`update attendance set excused = ${excused.reason}, excused_by = ${excused.by}, excused_at = ${now} where ${which}`
      : sql`update attendance set excused = null, excused_by = null, excused_at = null where ${which}`,
    dropUnchanged(which, now),
    ...moveLines(corp_no, living_no, viewer_nos),
  ]
}
