import { nameCorp } from '../access/store.ts'
import type { Client } from '../client/client.ts'
import { dropParties, mirrorParties } from '../roster/mirrored/parties.ts'
import { mirrorPeople } from '../roster/mirrored/people.ts'
import type { HostStudent } from '../roster/mirrored/rows.ts'
import type { Db } from '../store/db.ts'
import type { Told } from './mirror.ts'
import { setRosterAt } from './store.ts'

/** Classes read at the same time: the official limit counts concurrent calls of a corp too (45033). */
const atOnce = 4

/**
 * The contacts, read whole before anything is written: a class that could not be read must not look like one that everybody has left.
 * The parents stand with their children, so that a class is one call (page 92338) and list_parent is not needed.
 */
export async function mirrorContacts(db: Db, client: Client, corp_no: number, now: number, told: Told) {
  const { departments } = await client.departmentList({})
  const classes = departments.filter(({ type }) => type === 1)
  told.total(classes.length)
  const students: HostStudent[] = []
  const waiting = classes.values()
  const reader = async () => {
    for (const { id, name } of waiting) {
      for (const student of (await client.userList({ department_id: id })).students) students.push(student)
      told.step(name)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, reader))
  const newParties = await mirrorParties(db, corp_no, departments, now)
  const { changed, left } = await mirrorPeople(db, corp_no, students, now)
  const goneParties = await dropParties(db, corp_no, departments, now)
  const school = departments.find(({ id }) => id === 1)?.name
  await db.batch([setRosterAt(corp_no, now), ...(school ? [nameCorp(corp_no, school)] : [])])
  const parents = new Set(students.flatMap((each) => each.parents.map(({ parent_userid }) => parent_userid.toLowerCase())))
  return {
    departments: departments.length,
    students: new Set(students.map(({ student_userid }) => student_userid.toLowerCase())).size,
    parents: parents.size,
    changed: { departments: newParties + goneParties, students: changed, left },
    /** WeCom does not say of pupils whether they follow; another Rollcall does */
    saysWhoFollows: students.some((student) => student.is_subscribe !== undefined),
  }
}
