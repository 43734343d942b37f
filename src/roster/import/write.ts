import type { ContactChange } from '../../events/tell.ts'
import { placeClasses } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import type { Query } from '../../store/sql.ts'
import { changeRoster, type Decision } from '../change.ts'
import { partyType, placed, takenIds } from '../parties.ts'
import { nextNumbers } from '../people.ts'
import {
  type ParentRow,
  putMembers,
  putParents,
  putStudents,
  putViewers,
  type StudentRow,
  studentsByNumber,
  type ViewerRow,
  viewersOf,
} from '../store.ts'
import { insertParty, type PartyRow, partiesOf } from '../store_parties.ts'
import { classIds } from '../students.ts'
import { type Classes, classFinder } from './classes.ts'
import { type Compared, compare, type Everybody, type Student } from './compare.ts'
import type { Pupil } from './gather.ts'
import { childless, leave } from './leaving.ts'
import { type BadRow, reasonText } from './reasons.ts'

/** What one batch has changed. */
export type Written = { compared: Compared; classes: Classes; left: readonly StudentRow[]; gone: readonly ParentRow[]; ended: number }

/** Some pupils of the file and some who leave, retryOnConflict on the roster as it is and written in one batch: see decisions/importing.md. */
export const writeSome = (db: Db, corp_no: number, pupils: readonly Pupil[], leaving: readonly number[], file: Everybody, now: number) =>
  changeRoster(db, corp_no, now, async (): Promise<Decision<Written>> => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const classes = classFinder(parties, await takenIds(db, corp_no, parties), now)
    const compared = await compare(db, corp_no, pupils, file, classes, await nextNumbers(db, corp_no))
    if (compared.bad.length) throw new Overtaken(compared.bad)
    const left = await leave(db, corp_no, leaving)
    const ended = [...compared.lost, ...left.ended]
    const gone = await childless(db, corp_no, ended, file)
    const answer = { compared, classes, left: left.students, gone, ended: left.ended.filter((viewer) => viewer.parent_no > 0).length }
    const students = compared.students.filter((each) => each.isChanged)
    const moved = students.filter(({ before, after }) => before?.partyids !== after.partyids || before.active !== 1)
    const parents = compared.parents.filter((each) => each.isChanged)
    const rows = [...students.map(({ after }) => after), ...left.students.map((each) => ({ ...each, partyids: '', active: 0 }))]
    const parentRows = [...parents.map(({ after }) => after), ...gone.map((each) => ({ ...each, active: 0 }))]
    const viewers: ViewerRow[] = [...compared.viewers, ...ended]
    const queries = [
      ...classes.made.map((party) => insertParty(corp_no, party)),
      ...placedAnew(corp_no, classes),
      ...(rows.length ? [putStudents(corp_no, rows)] : []),
      ...membersOf(corp_no, moved, left.students),
      ...(parentRows.length ? [putParents(corp_no, parentRows)] : []),
      ...(viewers.length ? [putViewers(corp_no, viewers)] : []),
    ]
    const children = await childrenOf(
      db,
      corp_no,
      parents.filter(({ before, after }) => before?.active === 1 && before.is_subscribe !== after.is_subscribe).map(({ after }) => after),
    )
    const linked = new Set(viewers.map((viewer) => viewer.student_no))
    const own = compared.students.filter(({ after, isChanged }) => isChanged || linked.has(after.student_no))
    const touched = [...own.flatMap(({ before, after }) => (before ? [before, after] : [after])), ...left.students, ...children]
    return {
      answer,
      queries,
      touched: {
        student_nos: [...new Set(touched.map((each) => each.student_no))],
        party_ids: [...new Set(touched.flatMap(classIds))],
        entries: true,
      },
      events: eventsOf(
        answer,
        own.map(({ before, after }) => [before, after] as const),
      ),
    }
  })

/** What was checked is no longer true: somebody else has changed the roster since. */
export class Overtaken extends Error {
  override name = 'Overtaken'
  constructor(bad: readonly BadRow[]) {
    const [first] = bad as [BadRow, ...BadRow[]]
    super(
      `the roster was changed by somebody else while it was imported; line ${first.line}, ${first.column}: ${reasonText(first, 'en')}. ` +
        'What was written until then stays: import the file again',
    )
  }
}

/** New classes belong to the running lessons whose ranges hold their grade, campus or school. */
function placedAnew(corp_no: number, { made, parties }: Classes) {
  const classes = made.filter((party) => party.type === partyType.class)
  if (classes.length === 0) return []
  return placeClasses(
    corp_no,
    classes.map((party) => placed(parties, party)),
  )
}

/** Who is new has no classes to leave: with 100,000 there, looking for some took PostgreSQL 100 ms a batch. */
function membersOf(corp_no: number, moved: readonly Student[], left: readonly StudentRow[]) {
  const leaving = [...moved.flatMap(({ before }) => before ?? []), ...left].map((each) => each.student_no)
  const members = moved.flatMap(({ after }) => classIds(after).map((party_id) => [party_id, after.student_no] as const))
  const [drop, add] = putMembers(corp_no, leaving, members) as [Query, Query]
  return [...(leaving.length ? [drop] : []), ...(members.length ? [add] : [])]
}

/** All children of these parents, whose lines show whether the parent follows. */
async function childrenOf(db: Db, corp_no: number, parents: readonly ParentRow[]): Promise<StudentRow[]> {
  if (parents.length === 0) return []
  const nos = parents.map((parent) => parent.parent_no)
  const viewers = await db.all<ViewerRow>(viewersOf(corp_no, 'parent_no', nos))
  return db.all<StudentRow>(studentsByNumber(corp_no, [...new Set(viewers.map((viewer) => viewer.student_no))]))
}

function eventsOf(
  { compared, classes, left, gone }: Written,
  students: readonly (readonly [before: StudentRow | undefined, after: StudentRow])[],
): ContactChange[] {
  const wasThere = (row: { active: number } | undefined) => row?.active === 1
  return [
    ...classes.made.map((party) => ({ ChangeType: 'create_department' as const, Id: String(party.party_id) })),
    ...students.map(([before, after]) => ({
      ChangeType: wasThere(before) ? ('update_student' as const) : ('create_student' as const),
      Id: after.student_userid,
    })),
    ...compared.parents
      .filter((each) => each.isChanged)
      .flatMap(({ before, after }): ContactChange[] => {
        const Id = after.parent_userid
        if (!wasThere(before)) return [{ ChangeType: 'create_parent', Id }]
        if (before?.is_subscribe === after.is_subscribe) return [{ ChangeType: 'update_parent', Id }]
        return [{ ChangeType: after.is_subscribe ? 'subscribe' : 'unsubscribe', Id }]
      }),
    ...gone.map((each) => ({ ChangeType: 'delete_parent' as const, Id: each.parent_userid })),
    ...left.map((each) => ({ ChangeType: 'delete_student' as const, Id: each.student_userid })),
  ]
}
