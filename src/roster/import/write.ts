import { placeClasses } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import type { Query } from '../../store/sql.ts'
import { changeRoster, type Decision } from '../change.ts'
import { childrenOfParents } from '../children.ts'
import { partyType, placed, takenIds } from '../party.ts'
import { classIds, nextNumbers } from '../people.ts'
import { putViewers, type ViewerRow } from '../store_households.ts'
import { type ParentRow, putParents } from '../store_parents.ts'
import { insertParty, type PartyRow, partiesOf } from '../store_parties.ts'
import { keepNames } from '../store_past_names.ts'
import { putMembers, putStudents, type StudentRow } from '../store_students.ts'
import { retireUserids } from '../write_people.ts'
import { type Classes, classFinder } from './classes.ts'
import { type Compared, type ComparedStudent, compare } from './compare.ts'
import { eventsOf } from './events.ts'
import type { ListedStudent } from './gather.ts'
import { childlessParents, leaversWithViewers } from './leaving.ts'
import { type BadRow, reasonText } from './reasons.ts'
import type { WholeFile } from './whole_file.ts'
import type { Written } from './written.ts'

/**
 * Writes some listed students, and removes the students numbered `leavingNos`, in one roster change: compares them with the roster as
 * it is now and writes what differs. Throws `OvertakenError` where a student cannot be imported any more.
 */
export const writeBatch = (
  db: Db,
  corp_no: number,
  listed: readonly ListedStudent[],
  leavingNos: readonly number[],
  file: WholeFile,
  now: number,
) =>
  changeRoster(db, corp_no, now, async (): Promise<Decision<Written>> => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const classes = classFinder(parties, await takenIds(db, corp_no, parties), now)
    const compared = await compare(db, corp_no, listed, file, classes, await nextNumbers(db, corp_no))
    if (compared.bad.length) throw new OvertakenError(compared.bad)
    const leaving = await leaversWithViewers(db, corp_no, leavingNos)
    const endedViewers = [...compared.endedViewers, ...leaving.endedViewers]
    const childless = await childlessParents(db, corp_no, endedViewers, file)
    const endedLinks = leaving.endedViewers.filter((viewer) => viewer.parent_no > 0).length
    const written = { compared, classes, leavers: leaving.students, childless, endedLinks }
    const viewers: ViewerRow[] = [...compared.viewers, ...endedViewers]
    const nosWithViewers = new Set(viewers.map((viewer) => viewer.student_no))
    const changed = compared.students.filter(({ after, isChanged }) => isChanged || nosWithViewers.has(after.student_no))
    const children = await childrenOfParents(db, corp_no, parentsWithOtherSubscription(compared))
    const touched = [...changed.flatMap(({ before, after }) => (before ? [before, after] : [after])), ...leaving.students, ...children]
    return {
      answer: written,
      queries: queriesOf(corp_no, written, viewers, now),
      touched: {
        student_nos: [...new Set(touched.map((each) => each.student_no))],
        party_ids: [...new Set(touched.flatMap(classIds))],
        entries: true,
      },
      events: eventsOf(written, changed),
    }
  })

/** The file was checked, and then somebody else changed the roster so that a row is bad now. */
export class OvertakenError extends Error {
  override name = 'OvertakenError'
  constructor(bad: readonly BadRow[]) {
    const [first] = bad as [BadRow, ...BadRow[]]
    super(
      `the roster was changed by somebody else while it was imported; line ${first.line}, ${first.column}: ${reasonText(first, 'en')}. ` +
        'What was written until then stays: import the file again',
    )
  }
}

function queriesOf(
  corp_no: number,
  { compared, classes, leavers, childless }: Written,
  viewers: readonly ViewerRow[],
  now: number,
): Query[] {
  const students = compared.students.filter((each) => each.isChanged)
  const moved = students.filter(({ before, after }) => before?.partyids !== after.partyids)
  const studentRows = [...students.map(({ after }) => after), ...leavers.map((each) => ({ ...each, partyids: '', active: 0 }))]
  const parentRows = [
    ...compared.parents.filter((each) => each.isChanged).map(({ after }) => after),
    ...childless.map((each) => ({ ...each, active: 0 })),
  ]
  return [
    ...classes.made.map((party) => insertParty(corp_no, party)),
    ...rangesOfNewClasses(corp_no, classes),
    ...retireUserids(corp_no, studentRows, parentRows, compared.left),
    ...keepNames(corp_no, students, now),
    ...(studentRows.length ? [putStudents(corp_no, studentRows)] : []),
    ...membersOf(corp_no, moved, leavers),
    ...(parentRows.length ? [putParents(corp_no, parentRows)] : []),
    ...(viewers.length ? [putViewers(corp_no, viewers)] : []),
  ]
}

/** New classes join the range of every open living whose range contains a party above them. */
function rangesOfNewClasses(corp_no: number, { made, parties }: Classes) {
  const classes = made.filter((party) => party.type === partyType.class)
  if (classes.length === 0) return []
  return placeClasses(corp_no, placed(parties, classes))
}

/**
 * Statements that update class memberships. Memberships are deleted only of students who were on the roster before: for 100,000 new
 * students, looking for memberships that cannot exist took PostgreSQL 100 ms a batch.
 */
function membersOf(corp_no: number, moved: readonly ComparedStudent[], leavers: readonly StudentRow[]) {
  const nosBefore = [...moved.flatMap(({ before }) => before ?? []), ...leavers].map((each) => each.student_no)
  const members = moved.flatMap(({ after }) => classIds(after).map((party_id) => [party_id, after.student_no] as const))
  const [deleteMembers, insertMembers] = putMembers(corp_no, nosBefore, members) as [Query, Query]
  return [...(nosBefore.length ? [deleteMembers] : []), ...(members.length ? [insertMembers] : [])]
}

/** The parents whose subscription changes: the register lines of all their children show it. */
const parentsWithOtherSubscription = ({ parents }: Compared): ParentRow[] =>
  parents.filter(({ before, after }) => before !== undefined && before.is_subscribe !== after.is_subscribe).map(({ after }) => after)
