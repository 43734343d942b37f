import { updated } from '../events/tell.ts'
import { renameLines } from '../register/lines.ts'
import type { Db } from '../store/db.ts'
import type { Query } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { partyType } from './parties.ts'
import {
  checkIdIsFree,
  checkMobile,
  checkRename,
  checkUserid,
  eachAlone,
  type Failure,
  keyOf,
  nextNumbers,
  type People,
  peopleOf,
} from './people.ts'
import {
  type FamilyRow,
  familiesOf,
  putMembers,
  putStudents,
  putViewers,
  type StudentRow,
  studentsByMobile,
  type ViewerRow,
  viewersOf,
} from './store.ts'
import { type PartyRow, partiesOf } from './store_parties.ts'

type NewStudent = Input<Table['createStudent']>
type ChangedStudent = Input<Table['updateStudent']>

export const classIds = (student: StudentRow) => student.partyids.split(',').filter(Boolean).map(Number)

/** Creates those that can be created; the others come back, each with its reason. Pages 92325, 92328. */
export const createStudents = (db: Db, corp_no: number, asked: readonly NewStudent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const rules = await rulesFor(
      db,
      corp_no,
      asked.map((each) => each.student_userid),
      asked.flatMap((each) => each.mobile ?? []),
    )
    const next = await nextNumbers(db, corp_no)
    const students: StudentRow[] = []
    const failures = eachAlone(
      asked,
      (each) => each.student_userid,
      (each) => {
        checkUserid('student_userid', each.student_userid)
        checkIdIsFree(rules.people, 'student_userid', each.student_userid)
        const student_key = keyOf(each.student_userid)
        const gone = rules.people.students.get(student_key)
        const student = {
          student_no: gone?.student_no ?? next('student_no'),
          student_userid: each.student_userid,
          student_key,
          name: each.name,
          partyids: rules.classes(each.department),
          mobile: rules.mobile(student_key, each.mobile), // last: who fails takes no mobile from the others of the batch
          is_subscribe: 0,
          renamed: gone?.renamed ?? 0,
          active: 1,
        }
        rules.people.students.set(student_key, student)
        students.push(student)
      },
    )
    const known = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'student_no',
        students.map((each) => each.student_no),
      ),
    )
    const viewers = students.map(({ student_no }) => {
      const before = known.find((viewer) => viewer.student_no === student_no && viewer.parent_no === 0)
      return { viewer_no: before?.viewer_no ?? next('viewer_no'), student_no, parent_no: 0, relation: '', active: 1 }
    })
    const events = students.map((each) => ({ ChangeType: 'create_student' as const, Id: each.student_userid }))
    return { answer: failures, ...written(corp_no, students, [], [putViewers(corp_no, viewers)]), events }
  })

/** Changes those that can be changed. A userid can be changed once. Page 92327. */
export const updateStudents = (db: Db, corp_no: number, asked: readonly ChangedStudent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const userids = asked.flatMap((each) => [each.student_userid, ...(each.new_student_userid ? [each.new_student_userid] : [])])
    const rules = await rulesFor(
      db,
      corp_no,
      userids,
      asked.flatMap((each) => each.mobile ?? []),
    )
    const before: StudentRow[] = []
    const after: StudentRow[] = []
    const failures = eachAlone(
      asked,
      (each) => each.student_userid,
      (each) => {
        const old = studentIn(rules.people, each.student_userid)
        const student = {
          ...old,
          ...(each.name !== undefined && { name: each.name }),
          ...(each.department !== undefined && { partyids: rules.classes(each.department) }),
          ...(each.new_student_userid !== undefined && renamed(rules.people, old, each.new_student_userid)),
          ...(each.mobile !== undefined && { mobile: rules.mobile(old.student_key, each.mobile) }),
        }
        rules.people.students.delete(old.student_key)
        rules.people.students.set(student.student_key, student)
        before.push(old)
        after.push(student)
      },
    )
    const viewers = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'student_no',
        after.map((each) => each.student_no),
      ),
    )
    const renames = after.flatMap((student, index) => {
      const old = before[index] as StudentRow
      if (student.student_userid === old.student_userid) return []
      const nos = viewers.filter((viewer) => viewer.student_no === student.student_no).map((viewer) => viewer.viewer_no)
      return renameLines(corp_no, nos, 'student_userid', old.student_userid, student.student_userid)
    })
    const events = after.map((student, index) => updated('update_student', before[index]?.student_userid, student.student_userid))
    return { answer: failures, ...written(corp_no, after, before, renames), events }
  })

function renamed(people: People, old: StudentRow, userid: string) {
  if (userid === old.student_userid) return {}
  checkRename(people, 'new_student_userid', old.student_userid, old.renamed, userid)
  return { student_userid: userid, student_key: keyOf(userid), renamed: 1 }
}

/** Deletes those who have no parents any more. Their rows stay: whoever comes back under the userid keeps number and past. Page 92326. */
export const deleteStudents = (db: Db, corp_no: number, userids: readonly string[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const people = await peopleOf(db, corp_no, userids)
    const student_nos = [...people.students.values()].map((each) => each.student_no)
    const families = await db.all<FamilyRow>(familiesOf(corp_no, 'student_no', student_nos))
    const viewers = await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))
    const before: StudentRow[] = []
    const failures = eachAlone(
      userids,
      (userid) => userid,
      (userid) => {
        const student = studentIn(people, userid, 'userid')
        const parents = families.filter((each) => each.student_no === student.student_no)
        if (parents.length)
          throw new WireError('student_has_parents', `userid: ${userid} has ${parents.map((each) => each.parent_userid).join(', ')}`)
        people.students.set(student.student_key, { ...student, active: 0 })
        before.push(student)
      },
    )
    const gone = new Set(before.map((each) => each.student_no))
    const left = viewers.filter((viewer) => gone.has(viewer.student_no)).map((viewer) => ({ ...viewer, active: 0 }))
    const students = before.map((each) => ({ ...each, partyids: '', active: 0 }))
    const events = before.map((each) => ({ ChangeType: 'delete_student' as const, Id: each.student_userid }))
    return { answer: failures, ...written(corp_no, students, before, [putViewers(corp_no, left)]), events }
  })

export function studentIn(people: People, userid: string, field = 'student_userid'): StudentRow {
  const student = people.students.get(keyOf(userid))
  if (student?.active === 1) return student
  if (people.parents.get(keyOf(userid))?.active === 1) throw new WireError('not_a_student', `${field}: ${userid}`)
  throw new WireError('no_user', `${field}: no student ${userid}`)
}

/** The statements for students as they are to be; `before` names the classes they leave. */
function written(corp_no: number, changed: readonly StudentRow[], before: readonly StudentRow[], others: readonly Query[]) {
  if (changed.length === 0) return { queries: [] }
  // one who is named twice in a batch is written once, as last said
  const students = [...new Map(changed.map((each) => [each.student_no, each])).values()]
  const student_nos = students.map((each) => each.student_no)
  const members = students.flatMap((each) => classIds(each).map((party_id) => [party_id, each.student_no] as const))
  return {
    queries: [putStudents(corp_no, students), ...putMembers(corp_no, student_nos, members), ...others],
    touched: { student_nos, party_ids: [...new Set([...students, ...before].flatMap(classIds))], entries: true },
  }
}

/** What the rules need to know of the roster, read once for a whole batch. */
async function rulesFor(db: Db, corp_no: number, userids: readonly string[], mobiles: readonly string[]) {
  const people = await peopleOf(db, corp_no, userids)
  const parties = new Map((await db.all<PartyRow>(partiesOf(corp_no))).map((party) => [party.party_id, party]))
  const owners = new Map(
    (await db.all<{ student_key: string; mobile: string }>(studentsByMobile(corp_no, mobiles))).map((row) => [row.mobile, row.student_key]),
  )
  return {
    people,
    classes(asked: readonly number[]): string {
      const ids = [...new Set(asked)].sort((a, b) => a - b)
      if (ids.length === 0) throw new WireError('bad_request', 'department: expected at least one class id, got none')
      if (ids.length > 20) throw new WireError('too_many_departments', `department: expected at most 20 classes, got ${ids.length}`)
      for (const id of ids)
        if (parties.get(id)?.type !== partyType.class)
          throw new WireError('bad_department', `department: ${id} is not a class of this school`)
      return ids.join(',')
    },
    mobile(student_key: string, mobile: string | undefined): string | null {
      if (mobile === undefined) return null
      checkMobile(mobile)
      const owner = owners.get(mobile)
      if (owner !== undefined && owner !== student_key) throw new WireError('student_mobile_exists', 'mobile: another student has it')
      owners.set(mobile, student_key)
      return mobile
    },
  }
}
