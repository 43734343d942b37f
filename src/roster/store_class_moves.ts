import { type Query, rows, sql } from '../store/sql.ts'

/**
 * Pending class moves. A class that was given another id or another place has one row here until all its students, and their
 * register lines, have been updated; `to_id` equals `party_id` where only the place has changed. `after_student_no` is the progress:
 * the students up to this number are done. Why in steps: decisions/moving-a-class.md.
 */
export type MoveRow = { party_id: number; to_id: number }

/** The pending moves of a corp, by old class id. */
export const classMoves = (corp_no: number) => sql`
  select party_id, to_id from class_move where corp_no = ${corp_no} order by party_id`

/** The corps that have pending moves. */
export const corpsWithMoves = () => sql`select distinct corp_no from class_move order by corp_no`

/**
 * Adds pending moves that begin with the first student of each class. A pending move into a class that is renumbered now is
 * redirected to the new id.
 */
export const putMoves = (corp_no: number, moves: readonly MoveRow[]): Query[] => [
  ...moves
    .filter(({ party_id, to_id }) => party_id !== to_id)
    .map(({ party_id, to_id }) => sql`update class_move set to_id = ${to_id} where corp_no = ${corp_no} and to_id = ${party_id}`),
  sql`insert into class_move (corp_no, party_id, to_id, after_student_no)
    select cast(${corp_no} as bigint), party_id, to_id, 0
    from ${rows(
      'r',
      { party_id: 'bigint', to_id: 'bigint' },
      moves.map((move) => [move.party_id, move.to_id]),
    )}
    where true
    on conflict (corp_no, party_id) do update set to_id = excluded.to_id, after_student_no = 0`,
]

/** A student of a class that has a pending move. */
export type FollowerRow = { party_id: number; student_no: number }

/** The next `limit` students to update, ordered by class and number. */
export const nextFollowers = (corp_no: number, limit: number) => sql`
  select c.party_id, m.student_no from class_move c
  join member m on m.corp_no = c.corp_no and m.party_id = c.party_id and m.student_no > c.after_student_no
  where c.corp_no = ${corp_no}
  order by c.party_id, m.student_no
  limit ${limit}`

/**
 * Records progress up to and including the student `last`: deletes the moves of classes before the student's class and advances the
 * move of that class. Without `last`, all moves are done and deleted.
 */
export const recordProgress = (corp_no: number, last: FollowerRow | undefined): Query[] =>
  last
    ? [
        sql`delete from class_move where corp_no = ${corp_no} and party_id < ${last.party_id}`,
        sql`update class_move set after_student_no = ${last.student_no} where corp_no = ${corp_no} and party_id = ${last.party_id}`,
      ]
    : [sql`delete from class_move where corp_no = ${corp_no}`]
