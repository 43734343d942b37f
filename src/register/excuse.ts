import { among, numbers, type Query, sql } from '../store/sql.ts'
import { dropUnchanged, keepPast } from './past.ts'
import { bumpLines } from './versions.ts'

type Register = { corp_no: number; living_no: number }

/** Of these viewers, those who have a line. */
export const viewersWithLine = ({ corp_no, living_no }: Register, viewer_nos: readonly number[]) => sql`
  select a.viewer_no from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no`

/** Excuses viewers, or takes their excuse back where `excuse` is null. `now` in unix seconds. */
export function setExcuse(
  { corp_no, living_no }: Register,
  viewer_nos: readonly number[],
  excuse: { reason: string; by: string } | null,
  now: number,
): Query[] {
  const which = sql`corp_no = ${corp_no} and living_no = ${living_no}
      and ${among('viewer_no', viewer_nos)}`
  return [
    keepPast(which, now),
    excuse
      ? sql`update attendance set excused = ${excuse.reason}, excused_by = ${excuse.by}, excused_at = ${now} where ${which}`
      : sql`update attendance set excused = null, excused_by = null, excused_at = null where ${which}`,
    dropUnchanged(which, now),
    ...bumpLines(corp_no, living_no, viewer_nos),
  ]
}
