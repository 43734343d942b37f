import { forgetParties } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import { changeRoster } from '../change.ts'
import { classIds } from '../people.ts'
import { classMoves, corpsWithMoves, type FollowerRow, type MoveRow, nextFollowers, recordProgress } from '../store_class_moves.ts'
import { type StudentRow, studentsByNumber } from '../store_students.ts'
import { writePeople } from '../write_people.ts'

/**
 * Students of a class that was moved in the tree or given another id. The class itself is changed at once; the `partyids` of its
 * students and their lines in open registers are updated afterwards, 250 students per roster change, so that other roster changes
 * can run in between. The progress is in table `class_move`: if a process stops half-way, the next caller or the timed work of any
 * process continues. Why in steps: decisions/moving-a-class.md.
 */

/** A step occupies the database's writer for about 5 ms per open living that these students are in. */
const studentsPerStep = 250

/** Completes the pending class moves of a corp. Returns when none is left. `now` is in Unix seconds. */
export async function finishClassMoves(db: Db, corp_no: number, now: number): Promise<void> {
  while (await moveSomeStudents(db, corp_no, now));
}

/** Completes the pending class moves of every corp: timed work, for moves that a stopped process has left behind. */
export async function finishAllClassMoves(db: Db, now: number): Promise<void> {
  for (const { corp_no } of await db.all<{ corp_no: number }>(corpsWithMoves())) await finishClassMoves(db, corp_no, now)
}

/** Updates the next students. Returns whether there may be more. */
async function moveSomeStudents(db: Db, corp_no: number, now: number): Promise<boolean> {
  // outside the roster change, because without a pending move there is nothing to change
  if ((await db.all<MoveRow>(classMoves(corp_no))).length === 0) return false
  return changeRoster(db, corp_no, now, async () => {
    const moves = await db.all<MoveRow>(classMoves(corp_no))
    if (moves.length === 0) return { answer: false, queries: [] }
    const followers = await db.all<FollowerRow>(nextFollowers(corp_no, studentsPerStep))
    const last = followers.length === studentsPerStep ? followers.at(-1) : undefined
    const renumbered = moves.filter(({ party_id, to_id }) => party_id !== to_id)
    const students = await renumberedStudents(db, corp_no, renumbered, followers)
    const emptied = renumbered.map((move) => move.party_id).filter((party_id) => !last || party_id < last.party_id)
    return {
      answer: last !== undefined,
      queries: [
        ...writePeople(corp_no, students, [], []),
        ...recordProgress(corp_no, last),
        ...(emptied.length ? forgetParties(corp_no, emptied) : []),
      ],
      touched: {
        student_nos: [...new Set(followers.map((each) => each.student_no))],
        party_ids: [...new Set(moves.flatMap(({ party_id, to_id }) => [party_id, to_id]))],
        entries: students.length > 0,
      },
    }
  })
}

/** Those of the followers whose class has another id now, with the new id in their `partyids`. */
async function renumberedStudents(db: Db, corp_no: number, renumbered: readonly MoveRow[], followers: readonly FollowerRow[]) {
  const newIdByOldId = new Map(renumbered.map(({ party_id, to_id }) => [party_id, to_id]))
  const student_nos = followers.filter(({ party_id }) => newIdByOldId.has(party_id)).map((each) => each.student_no)
  return (await db.all<StudentRow>(studentsByNumber(corp_no, student_nos))).map((student) => ({
    ...student,
    partyids: [...new Set(classIds(student).map((id) => newIdByOldId.get(id) ?? id))].sort((a, b) => a - b).join(','),
  }))
}
