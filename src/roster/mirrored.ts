import type { ContactChange } from '../events/tell.ts'
import type { Touched } from '../register/refresh.ts'
import type { Db } from '../store/db.ts'
import { changeRoster } from './change.ts'
import { type HostStudent, linksOf, pair, parentOf, studentOf, written } from './mirrored_rows.ts'
import { keyOf, nextNumbers, peopleOf } from './people.ts'
import {
  activeStudents,
  childlessParents,
  type ParentRow,
  type StudentRow,
  studentsByKey,
  studentsByNumber,
  type ViewerRow,
  viewersOf,
} from './store.ts'
import { classIds } from './students.ts'

/**
 * Pupils and parents as another host has them, some hundred a step, each step a roster change of its own that writes what differs: one
 * that broke off is gone on with by doing it again. A step keeps the writer for some 10 ms.
 */
const atOnce = 250

/** Everybody of the host's contacts, and nobody else; how many pupils were changed, and how many left. */
export async function mirrorPeople(db: Db, corp_no: number, host: readonly HostStudent[], now: number) {
  const students = [...new Map(host.map((each) => [keyOf(each.student_userid), each])).entries()]
  const before = (await db.all<{ student_key: string }>(activeStudents(corp_no))).map((row) => row.student_key)
  if (students.length === 0 && before.length > 0)
    throw new Error('the host shows no pupil at all, and there are some here: may the app still read the contacts? Nothing was changed')
  let changed = 0
  for (const some of inSteps(students)) changed += await putSome(db, corp_no, new Map(some), now)
  const there = new Map(students)
  let left = 0
  for (const some of inSteps(before.filter((key) => !there.has(key)))) left += await leave(db, corp_no, some, now)
  await leaveChildless(db, corp_no, now)
  return { changed, left }
}

function* inSteps<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += atOnce) yield list.slice(from, from + atOnce)
}

const isSame = <Row extends object>(one: Row, other: Row | undefined) =>
  other !== undefined && (Object.keys(one) as (keyof Row)[]).every((column) => one[column] === other[column])

/** How many of these pupils were not as the host has them, or have a parent who was not. */
const putSome = (db: Db, corp_no: number, host: ReadonlyMap<string, HostStudent>, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const all = [...host.values()]
    const people = await peopleOf(
      db,
      corp_no,
      all.flatMap((each) => [each.student_userid, ...each.parents.map((parent) => parent.parent_userid)]),
    )
    const next = await nextNumbers(db, corp_no)
    const students = all.map((each) => studentOf(each, people.students.get(keyOf(each.student_userid)), next))
    const parents = new Map<string, ParentRow>()
    for (const parent of all.flatMap((each) => each.parents)) {
      const key = keyOf(parent.parent_userid)
      parents.set(key, parentOf(parent, parents.get(key) ?? people.parents.get(key), next))
    }
    const nos = students.map((each) => each.student_no)
    const known = new Map((await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', nos))).map((row) => [pair(row), row]))
    const wanted = new Map(
      students.flatMap((student) => linksOf(student, host.get(student.student_key) as HostStudent, parents)).map((row) => [pair(row), row]),
    )
    const viewers = [
      ...[...wanted].map(([key, row]): ViewerRow => ({ viewer_no: known.get(key)?.viewer_no ?? next('viewer_no'), ...row })),
      ...[...known].filter(([key]) => !wanted.has(key)).map(([, row]): ViewerRow => ({ ...row, active: 0 })),
    ]
    const newStudents = students.filter((each) => !isSame(each, people.students.get(each.student_key)))
    const newParents = [...parents.values()].filter((each) => !isSame(each, people.parents.get(each.parent_key)))
    const newViewers = viewers.filter((each) => !isSame(each, known.get(pair(each))))
    // a parent's other children may be pupils of another step
    const theirs = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'parent_no',
        newParents.map((each) => each.parent_no),
      ),
    )
    const touched = [...new Set([...newStudents, ...newViewers, ...theirs].map((each) => each.student_no))]
    const here = new Set(nos)
    return {
      answer: touched.filter((no) => here.has(no)).length,
      queries: written(corp_no, newStudents, newParents, newViewers),
      touched: await touching(db, corp_no, touched, newStudents),
      events: [
        ...newStudents.map(
          ({ student_key, student_userid: Id }): ContactChange => ({
            ChangeType: people.students.get(student_key)?.active === 1 ? 'update_student' : 'create_student',
            Id,
          }),
        ),
        ...newParents.map(
          ({ parent_key, parent_userid: Id }): ContactChange => ({
            ChangeType: people.parents.get(parent_key)?.active === 1 ? 'update_parent' : 'create_parent',
            Id,
          }),
        ),
      ],
    }
  })

/** Registers of the classes they leave and of those they come into. */
async function touching(db: Db, corp_no: number, student_nos: readonly number[], after: readonly StudentRow[]): Promise<Touched> {
  const before = await db.all<StudentRow>(studentsByNumber(corp_no, student_nos))
  return { student_nos, party_ids: [...new Set([...before, ...after].flatMap(classIds))], entries: true }
}

/** Their rows stay: whoever comes back keeps number and past. */
const leave = (db: Db, corp_no: number, keys: readonly string[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const students = (await db.all<StudentRow>(studentsByKey(corp_no, keys))).filter((each) => each.active === 1)
    const nos = students.map((each) => each.student_no)
    const viewers = (await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', nos))).map((row) => ({ ...row, active: 0 }))
    const gone = students.map((each) => ({ ...each, partyids: '', active: 0 }))
    return {
      answer: gone.length,
      queries: written(corp_no, gone, [], viewers),
      touched: await touching(db, corp_no, nos, []),
      events: gone.map(({ student_userid: Id }) => ({ ChangeType: 'delete_student' as const, Id })),
    }
  })

const leaveChildless = (db: Db, corp_no: number, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const gone = (await db.all<ParentRow>(childlessParents(corp_no))).map((each) => ({ ...each, active: 0 }))
    return {
      answer: gone.length,
      queries: written(corp_no, [], gone, []),
      events: gone.map(({ parent_userid: Id }) => ({ ChangeType: 'delete_parent' as const, Id })),
    }
  })
