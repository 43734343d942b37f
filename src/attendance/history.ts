import { hasWatchedByLetter, isExpected, type Standing, standingByLetter } from '../register/standing.ts'
import type { Db } from '../store/db.ts'
import { type HistoryRow, standingsAcross } from './store.ts'

/** How a student stood in one living. */
export type HistoryEntry = {
  living_no: number
  student_no: number
  /** the standing of the student's own line, but `watched` for whoever watched without being expected */
  own: Standing
  isExpected: boolean
  hasParentWatched: boolean
}

/**
 * How students stood in livings: an entry for each student and living where the household has a line. 40 livings of a class of 50 take
 * some 10 ms.
 */
export async function historyOf(
  db: Db,
  corp_no: number,
  living_nos: readonly number[],
  student_nos: readonly number[],
): Promise<HistoryEntry[]> {
  if (living_nos.length === 0 || student_nos.length === 0) return []
  const rows = await db.all<HistoryRow>(standingsAcross(corp_no, living_nos, student_nos))
  return rows.map(({ living_no, student_no, letter, parent_watched }) => {
    const standing = standingByLetter[letter ?? 'o'] ?? 'outside'
    return {
      living_no,
      student_no,
      own: hasWatchedByLetter(letter ?? 'o') ? 'watched' : standing,
      isExpected: isExpected(standing),
      hasParentWatched: parent_watched === 1,
    }
  })
}
