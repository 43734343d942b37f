import { forgetParties } from '../register/range.ts'
import type { Db } from '../store/db.ts'
import { changeRoster } from './change.ts'
import { putMembers, putStudents, type StudentRow, studentsByNumber } from './store.ts'
import { classMoves, corpsWithMoves, type FollowerRow, followed, type MoveRow, nextFollowers } from './store_parties.ts'
import { classIds } from './students.ts'

/**
 * The pupils follow their classes. A class moved in the tree, or given another id, is so at once; its pupils' classes and their lines
 * in open registers follow some hundred at a time, each step a roster change of its own, between which others get their turn.
 * How far they are is in the database: whoever asks next, or the timed work of any process, goes on where one broke off.
 * Why: decisions/moving-a-class.md.
 */

/** A step keeps the writer for some 5 ms for each open living they are in. */
const studentsAtOnce = 250

export async function follow(db: Db, corp_no: number, now: number): Promise<void> {
  while (await followSome(db, corp_no, now));
}

/** The timed work. */
export async function followAll(db: Db, now: number): Promise<void> {
  for (const { corp_no } of await db.all<{ corp_no: number }>(corpsWithMoves())) await follow(db, corp_no, now)
}

/** Whether there are more. */
async function followSome(db: Db, corp_no: number, now: number): Promise<boolean> {
  if ((await db.all<MoveRow>(classMoves(corp_no))).length === 0) return false
  return changeRoster(db, corp_no, now, async () => {
    const moves = await db.all<MoveRow>(classMoves(corp_no))
    if (moves.length === 0) return { answer: false, queries: [] }
    const followers = await db.all<FollowerRow>(nextFollowers(corp_no, studentsAtOnce))
    const last = followers.length === studentsAtOnce ? followers.at(-1) : undefined
    const renumbered = moves.filter(({ party_id, to_id }) => party_id !== to_id)
    const newIds = new Map(renumbered.map(({ party_id, to_id }) => [party_id, to_id]))
    const here = followers.filter(({ party_id }) => newIds.has(party_id)).map((each) => each.student_no)
    const students = (await db.all<StudentRow>(studentsByNumber(corp_no, here))).map((student) => ({
      ...student,
      partyids: [...new Set(classIds(student).map((id) => newIds.get(id) ?? id))].sort((a, b) => a - b).join(','),
    }))
    const emptied = renumbered.map((move) => move.party_id).filter((party_id) => !last || party_id < last.party_id)
    return {
      answer: last !== undefined,
      queries: [
        ...(students.length ? [putStudents(corp_no, students), ...members(corp_no, students)] : []),
        ...followed(corp_no, last),
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

const members = (corp_no: number, students: readonly StudentRow[]) =>
  putMembers(
    corp_no,
    students.map((each) => each.student_no),
    students.flatMap((each) => classIds(each).map((party_id) => [party_id, each.student_no] as const)),
  )
