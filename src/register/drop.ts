import { type Query, sql } from '../store/sql.ts'
import { dropRange } from './range.ts'

/** Statements that delete a register. It is hidden first, so that nobody sees half of it. */

/** Hides a living from every call: see `livingById`. */
export const hideRegister = (corp_no: number, living_no: number) => sql`
  update register set ready = 0 where corp_no = ${corp_no} and living_no = ${living_no}`

/**
 * The viewer number up to which 2,000 lines are deleted next; null when no line is left. Deleting 2,000 lines takes about 10 ms, so that
 * other writers do not wait long.
 */
export const nextLinesToDrop = (corp_no: number, living_no: number) => sql`
  select max(viewer_no) as viewer_no from (
    select viewer_no from attendance where corp_no = ${corp_no} and living_no = ${living_no} order by viewer_no limit 2000
  ) as lines`

/** Deletes the lines up to a viewer, with their stays and their past. */
export const dropLines = (corp_no: number, living_no: number, upTo: number): Query[] => {
  const which = sql`corp_no = ${corp_no} and living_no = ${living_no} and viewer_no <= ${upTo}`
  return [sql`delete from stay where ${which}`, sql`delete from attendance_past where ${which}`, sql`delete from attendance where ${which}`]
}

/** Deletes all of a hidden register: what is left of one whose opening broke off, or whose retention time is over. */
export const dropRegister = (corp_no: number, living_no: number): Query[] => [
  ...dropLines(corp_no, living_no, Number.MAX_SAFE_INTEGER),
  ...dropRange(corp_no, living_no),
  sql`delete from register_block where corp_no = ${corp_no} and living_no = ${living_no}`,
  sql`delete from register where corp_no = ${corp_no} and living_no = ${living_no}`,
]
