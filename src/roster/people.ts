import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { highest, type ParentRow, parentsByKey, type StudentRow, studentsByKey } from './store.ts'

/** What students and parents have in common: ids, mobiles, numbers. Pages 92325-92335. */

export const keyOf = (userid: string) => userid.toLowerCase()

export const isUserid = (userid: string) => /^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/.test(userid)
export const isMobile = (mobile: string) => /^\+?[0-9][0-9 -]{3,28}[0-9]$/.test(mobile)

export function checkUserid(field: string, userid: string): void {
  if (!isUserid(userid))
    throw new WireError(
      'bad_userid',
      `${field}: expected 1-64 of letters, digits and _-@. , the first a letter or digit, got ${JSON.stringify(userid)}`,
    )
}

export function checkMobile(mobile: string): void {
  if (!isMobile(mobile)) throw new WireError('bad_mobile', 'mobile: expected 5-20 digits, a leading + allowed')
}

/** The people behind userids, active or gone: an id is unique in a school, over students and parents together. */
export async function peopleOf(db: Db, corp_no: number, userids: readonly string[]) {
  const keys = [...new Set(userids.map(keyOf))]
  const students = await db.all<StudentRow>(studentsByKey(corp_no, keys))
  const parents = await db.all<ParentRow>(parentsByKey(corp_no, keys))
  return {
    students: new Map(students.map((row) => [row.student_key, row])),
    parents: new Map(parents.map((row) => [row.parent_key, row])),
  }
}
export type People = Awaited<ReturnType<typeof peopleOf>>

export function checkIdIsFree(people: People, field: string, userid: string): void {
  const taken = people.students.get(keyOf(userid)) ?? people.parents.get(keyOf(userid))
  if (taken?.active === 1) throw new WireError('userid_exists', `${field}: ${userid} is taken`)
}

/** A userid can be changed once, to one that nobody has or had. */
export function checkRename(people: People, field: string, from: string, renamed: number, to: string): void {
  checkUserid(field, to)
  if (renamed) throw new WireError('bad_request', `${field}: the userid of ${from} was changed before; it can be changed once`)
  const key = keyOf(to)
  if (key !== keyOf(from) && (people.students.has(key) || people.parents.has(key)))
    throw new WireError('userid_exists', `${field}: ${to} is taken`)
}

/** Hands out the next numbers; true only under the guard of `changeRoster`. */
export async function nextNumbers(db: Db, corp_no: number) {
  const [last] = await db.all<{ student_no: number; parent_no: number; viewer_no: number }>(highest(corp_no))
  const given = { ...(last ?? { student_no: 0, parent_no: 0, viewer_no: 0 }) }
  return (kind: keyof typeof given) => ++given[kind]
}

/** One by one, so that a bad one fails alone: what `result_list` of a batch shows. */
export type Failure = { userid: string; error: WireError }

export function eachAlone<T>(list: readonly T[], useridOf: (item: T) => string, rule: (item: T) => void): Failure[] {
  const failures: Failure[] = []
  for (const item of list) {
    try {
      rule(item)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      failures.push({ userid: useridOf(item), error })
    }
  }
  return failures
}
