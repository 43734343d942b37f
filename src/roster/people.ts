import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { highest } from './store.ts'
import { type ParentRow, parentsByKey } from './store_parents.ts'
import { type StudentRow, studentsByKey } from './store_students.ts'

/** Userids and numbers: what students and parents have in common. WeCom pages 92325-92335. */

/** The form in which userids are compared: in lower case, since WeCom ignores their case. */
export const keyOf = (userid: string) => userid.toLowerCase()

export const isUserid = (userid: string) => /^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/.test(userid)

/** The ids of a student's classes, ascending. */
export const classIds = ({ partyids }: Pick<StudentRow, 'partyids'>) => partyids.split(',').filter(Boolean).map(Number)

/** Checks a userid against the syntax that WeCom allows. Throws `bad_userid`, with the name of `field` in the message. */
export function checkUserid(field: string, userid: string): void {
  if (!isUserid(userid))
    throw new WireError(
      'bad_userid',
      `${field}: expected 1-64 of letters, digits and _-@. , the first a letter or digit, got ${JSON.stringify(userid)}`,
    )
}

/**
 * Reads the students and parents with these userids. Returns maps by userid in lower case: the active people, and in `left` the
 * latest owner of a userid who was deleted. A userid is unique within a school, over active students and parents together. Whoever
 * gets the userid of somebody in `left` is a new person with a new number: see `writePeople`.
 */
export async function peopleOf(db: Db, corp_no: number, userids: readonly string[]) {
  const keys = [...new Set(userids.map(keyOf))]
  const students = await db.all<StudentRow>(studentsByKey(corp_no, keys))
  const parents = await db.all<ParentRow>(parentsByKey(corp_no, keys))
  const studentsBy = (active: number) => students.filter((row) => row.active === active).map((row) => [row.student_key, row] as const)
  const parentsBy = (active: number) => parents.filter((row) => row.active === active).map((row) => [row.parent_key, row] as const)
  return {
    students: new Map(studentsBy(1)),
    parents: new Map(parentsBy(1)),
    left: { students: new Map(studentsBy(0)), parents: new Map(parentsBy(0)) },
  }
}
export type People = Awaited<ReturnType<typeof peopleOf>>

/** Throws `userid_exists` if an active student or parent has the userid. `people` must have been read with that userid. */
export function checkIdIsFree(people: People, field: string, userid: string): void {
  const key = keyOf(userid)
  if (people.students.has(key) || people.parents.has(key)) throw new WireError('userid_exists', `${field}: ${userid} is taken`)
}

/**
 * Throws `bad_userid`, `bad_request` or `userid_exists` unless the userid `from` may be changed to `to`. A userid can be changed
 * once (`renamed` is 1 afterwards), and not to a userid that somebody has or had.
 */
export function checkRename(people: People, field: string, from: string, renamed: number, to: string): void {
  checkUserid(field, to)
  if (renamed) throw new WireError('bad_request', `${field}: the userid of ${from} was changed before; it can be changed once`)
  const key = keyOf(to)
  const everybody = [people.students, people.parents, people.left.students, people.left.parents]
  if (key !== keyOf(from) && everybody.some((peopleByKey) => peopleByKey.has(key)))
    throw new WireError('userid_exists', `${field}: ${to} is taken`)
}

/** Returns a function that hands out the next number of a kind. Call only inside `changeRoster`, whose lock keeps the numbers unique. */
export async function nextNumbers(db: Db, corp_no: number) {
  const [last] = await db.all<{ student_no: number; parent_no: number; viewer_no: number }>(highest(corp_no))
  const lastByKind = { ...(last ?? { student_no: 0, parent_no: 0, viewer_no: 0 }) }
  return (kind: keyof typeof lastByKind) => ++lastByKind[kind]
}
export type NextNumber = Awaited<ReturnType<typeof nextNumbers>>

/** An item of a batch that was refused: the `result_list` of a batch call shows these. */
export type Failure = { userid: string; error: WireError }

/** Applies `rule` to each item by itself: an item whose rule throws a `WireError` becomes a failure, and the others go on. */
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
