import { among, numbers, type Query, rows, sql } from '../store/sql.ts'

/** Which classes belong to a living: those of its range, and until it ends those that come under a party of its range. */

/**
 * Inserts the range of a new living and its classes.
 *
 * @param living_no a query of the living's number
 * @param range the parties asked for
 * @param class_ids the classes among and under them
 */
export const newRange = (corp_no: number, living_no: Query, range: readonly number[], class_ids: readonly number[]): Query[] => [
  sql`insert into living_range (corp_no, living_no, party_id)
    select cast(${corp_no} as bigint), n.living_no, k.party_id from (${living_no}) as n cross join ${numbers('k', 'party_id', range)}`,
  sql`insert into register_class (corp_no, living_no, party_id)
    select cast(${corp_no} as bigint), n.living_no, k.party_id from (${living_no}) as n cross join ${numbers('k', 'party_id', class_ids)}`,
]

/** A class, and the parties it stands in, the class itself among them. */
export type PlacedClass = { class_id: number; within: readonly number[] }

const openLivings = (corp_no: number) =>
  sql`select living_no from living where corp_no = ${corp_no} and state in (0, 1) and mirrored_at is null`

/**
 * Makes classes that were created or moved belong to the open livings whose ranges hold them, and to no others. A living that loses a
 * class keeps the lines of its students, who are outsiders from then on.
 */
export const placeClasses = (corp_no: number, placed: readonly PlacedClass[]): Query[] => {
  const places = rows(
    'k',
    { class_id: 'bigint', party_id: 'bigint' },
    placed.flatMap(({ class_id, within }) => within.map((party_id) => [class_id, party_id])),
  )
  const class_ids = placed.map((each) => each.class_id)
  const belonging = sql`select distinct g.living_no, k.class_id from ${places}
      join living_range g on g.corp_no = ${corp_no} and g.party_id = k.party_id
      where g.living_no in (${openLivings(corp_no)})`
  const leaving = sql`corp_no = ${corp_no} and ${among('party_id', class_ids)}
      and living_no in (${openLivings(corp_no)}) and (living_no, party_id) not in (${belonging})`
  return [
    sql`update register set outsiders = 1
      where corp_no = ${corp_no} and living_no in (select living_no from register_class where ${leaving})`,
    sql`delete from register_class where ${leaving}`,
    sql`insert into register_class (corp_no, living_no, party_id)
      select cast(${corp_no} as bigint), b.living_no, b.class_id from (${belonging}) as b where true
      on conflict (corp_no, living_no, party_id) do nothing`,
  ]
}

/**
 * Gives a party its new id in all ranges, those of ended livings too. A class keeps its old id beside the new one until its students have
 * been moved (`roster/parties/class_moves.ts`).
 */
export const renumberRange = (corp_no: number, from: number, to: number): Query[] => [
  sql`update living_range set party_id = ${to} where corp_no = ${corp_no} and party_id = ${from}`,
  sql`insert into register_class (corp_no, living_no, party_id)
    select corp_no, living_no, cast(${to} as bigint) from register_class where corp_no = ${corp_no} and party_id = ${from}
    on conflict (corp_no, living_no, party_id) do nothing`,
]

/** Takes deleted parties out of all ranges: their ids may be given again, and must then mean nothing here. */
export const forgetParties = (corp_no: number, party_ids: readonly number[]): Query[] => [
  sql`delete from living_range
    where corp_no = ${corp_no} and ${among('party_id', party_ids)}`,
  sql`delete from register_class
    where corp_no = ${corp_no} and ${among('party_id', party_ids)}`,
]

/** Makes exactly these classes belong to a living. */
export const replaceClasses = (corp_no: number, living_no: number, class_ids: readonly number[]): Query[] => [
  sql`delete from register_class where corp_no = ${corp_no} and living_no = ${living_no}`,
  sql`insert into register_class (corp_no, living_no, party_id)
    select cast(${corp_no} as bigint), cast(${living_no} as bigint), k.party_id from ${numbers('k', 'party_id', class_ids)}`,
]

/** The parties of a living's range. */
export const rangeOf = (corp_no: number, living_no: number) => sql`
  select party_id from living_range where corp_no = ${corp_no} and living_no = ${living_no} order by party_id`

/** Deletes the range of one living. */
export const dropRange = (corp_no: number, living_no: number): Query[] => [
  sql`delete from register_class where corp_no = ${corp_no} and living_no = ${living_no}`,
  sql`delete from living_range where corp_no = ${corp_no} and living_no = ${living_no}`,
]
