import { type Query, sql } from '../store/sql.ts'
import { putLines } from './lines.ts'
import { newBlocks } from './versions.ts'

/** Statements that open a register, in the order in which `createLiving` writes them. */

/**
 * Inserts the empty register of a new living, hidden until `showRegister`. The range and its classes: `newRange`.
 *
 * @param living_no a query of the living's number, which the same batch has just taken
 */
export const newRegister = (corp_no: number, living_no: Query) => sql`
  insert into register (corp_no, living_no, ready, version, entry_version, replay_deleted, outsiders)
  select cast(${corp_no} as bigint), n.living_no, 0, 1, 1, 0, 0 from (${living_no}) as n`

/** The students a register is opened with: everybody in a class of its range. */
export const studentsInRange = (corp_no: number, living_no: number) => sql`
  select distinct m.student_no from register_class c
  cross join member m
  where c.corp_no = ${corp_no} and c.living_no = ${living_no} and m.corp_no = c.corp_no and m.party_id = c.party_id
  order by m.student_no`

/** A query of one living number, for statements that take a query of several. */
export const oneLiving = (living_no: number) => sql`select cast(${living_no} as bigint) as living_no`

/** Writes the lines of some of these students and their parents, and the blocks the lines lie in. */
export const openLines = (corp_no: number, living_no: number, student_nos: readonly number[], now: number): Query[] => [
  putLines(corp_no, oneLiving(living_no), student_nos, now),
  newBlocks(corp_no, living_no, student_nos),
]

/** Makes a living visible: a living whose register is not ready cannot be found (`livingById`). */
export const showRegister = (corp_no: number, living_no: number) => sql`
  update register set ready = 1 where corp_no = ${corp_no} and living_no = ${living_no}`
