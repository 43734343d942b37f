import { registerIsFresh, staleRegisters, studentsOfRegister } from '../register/freeze.ts'
import { rangeOf, replaceClasses } from '../register/range.ts'
import { refreshLines } from '../register/refresh.ts'
import { classesWithin } from '../roster/party.ts'
import { holdRoster, lockRosterVersion, rosterVersion } from '../roster/store.ts'
import { type PartyRow, partiesOf } from '../roster/store_parties.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'

/** Students whose lines are written in one batch: their 1,500 lines keep the writer busy for some 12 ms. */
const studentsAtOnce = 500

type Of = { corp_no: number; living_no: number }

/**
 * Brings the thawed register of a living that is open again up to the roster: the classes under its range, then the lines, some hundred
 * students a batch. Roster changes from the reopening on refresh their lines by themselves. Idempotent: work that broke off is done again by
 * `refreshStaleRegisters`.
 */
export async function refreshRegister(db: Db, living: Of, now: number): Promise<void> {
  const { corp_no, living_no } = living
  await retryOnConflict(async () => {
    const [corp] = await db.all<{ roster_version: number }>(rosterVersion(corp_no))
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const range = await db.all<{ party_id: number }>(rangeOf(corp_no, living_no))
    const class_ids = [...new Set(range.flatMap(({ party_id }) => classesWithin(parties, party_id) ?? []))]
    await db.batch([must(lockRosterVersion(corp_no, corp?.roster_version ?? 0)), ...replaceClasses(corp_no, living_no, class_ids)])
  })
  const students = await db.all<{ student_no: number }>(studentsOfRegister(living))
  for (let from = 0; from < students.length; from += studentsAtOnce) {
    const some = students.slice(from, from + studentsAtOnce).map((row) => row.student_no)
    await db.batch([holdRoster(corp_no), ...refreshLines(corp_no, living_no, some, now)])
  }
  await db.batch([registerIsFresh(living)])
}

/** Timed work: finishes what a process that stopped has left. */
export async function refreshStaleRegisters(db: Db, now: number): Promise<void> {
  for (const living of await db.all<Of>(staleRegisters())) await refreshRegister(db, living, now)
}
