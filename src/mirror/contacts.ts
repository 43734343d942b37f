import { nameCorp } from '../access/store.ts'
import type { Client } from '../client/client.ts'
import { dropParties, mirrorParties } from '../roster/mirrored/parties.ts'
import { mirrorPeople } from '../roster/mirrored/people.ts'
import type { HostStudent } from '../roster/mirrored/rows.ts'
import type { Db } from '../store/db.ts'
import type { MirrorProgress } from './request.ts'
import { setRosterAt } from './store.ts'

/** Number of classes that are read at the same time. WeCom limits the concurrent calls of a corp (errcode 45033). */
const concurrency = 4

/**
 * Mirrors the school contacts: departments, students and parents. Returns how many there are and how many changed.
 * Reads all classes before it writes anything; otherwise a class that could not be read would look like one that everybody has left.
 * One call per class (WeCom page 92338) returns the parents together with their children, so list_parent is not needed.
 */
export async function mirrorContacts(db: Db, client: Client, corp_no: number, now: number, progress: MirrorProgress) {
  const { departments } = await client.departmentList({})
  const classes = departments.filter(({ type }) => type === 1)
  progress.addToTotal(classes.length)
  const students: HostStudent[] = []
  const waiting = classes.values()
  const readClasses = async () => {
    for (const { id, name } of waiting) {
      for (const student of (await client.userList({ department_id: id })).students) students.push(student)
      progress.advance(name)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, readClasses))
  const changedPartyCount = await mirrorParties(db, corp_no, departments, now)
  const { changed, left } = await mirrorPeople(db, corp_no, students, now)
  const droppedPartyCount = await dropParties(db, corp_no, departments, now)
  const schoolName = departments.find(({ id }) => id === 1)?.name
  await db.batch([setRosterAt(corp_no, now), ...(schoolName ? [nameCorp(corp_no, schoolName)] : [])])
  const parentUserids = new Set(students.flatMap((each) => each.parents.map(({ parent_userid }) => parent_userid.toLowerCase())))
  return {
    departments: departments.length,
    students: new Set(students.map(({ student_userid }) => student_userid.toLowerCase())).size,
    parents: parentUserids.size,
    changed: { departments: changedPartyCount + droppedPartyCount, students: changed, left },
    /** whether the host says which students subscribe to 学校通知: a Rollcall does, WeCom says it of parents only */
    hasStudentSubscriptions: students.some((student) => student.is_subscribe !== undefined),
  }
}
