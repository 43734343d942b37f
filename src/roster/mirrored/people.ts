import type { Db } from '../../store/db.ts'
import { keyOf } from '../people.ts'
import { activeStudents } from '../store_students.ts'
import { putHouseholds } from './put.ts'
import { removeChildlessParents, removeStudents } from './remove.ts'
import type { HostStudent } from './rows.ts'

/**
 * Students per roster change. A step occupies the database's writer for about 10 ms. Each step writes only what differs, so a mirror
 * that broke off is resumed by running it again.
 */
const studentsPerStep = 250

/**
 * Makes the students and parents of a corp equal to the host's: `host` holds all of them, and a student or parent who is not in
 * `host` leaves. Returns how many students were changed and how many have left. Throws where the host shows nobody although there
 * are students here: an app that may no longer read the contacts gets an empty list too. `now` is in Unix seconds.
 */
export async function mirrorPeople(db: Db, corp_no: number, host: readonly HostStudent[], now: number) {
  const hostByKey = new Map(host.map((each) => [keyOf(each.student_userid), each]))
  const before = (await db.all<{ student_key: string }>(activeStudents(corp_no))).map((row) => row.student_key)
  if (hostByKey.size === 0 && before.length > 0)
    throw new Error('the host shows no pupil at all, and there are some here: may the app still read the contacts? Nothing was changed')
  let changed = 0
  for (const some of inSteps([...hostByKey])) changed += await putHouseholds(db, corp_no, new Map(some), now)
  let left = 0
  for (const keys of inSteps(before.filter((key) => !hostByKey.has(key)))) left += await removeStudents(db, corp_no, keys, now)
  await removeChildlessParents(db, corp_no, now)
  return { changed, left }
}

function* inSteps<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += studentsPerStep) yield list.slice(from, from + studentsPerStep)
}
