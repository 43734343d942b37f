import type { Db } from '../store/db.ts'
import { keyOf } from './people.ts'
import { classSizesOf, countUnsubscribed, listUnsubscribed, shownParentsOf, shownStudent, shownStudentsInClass } from './store_lookup.ts'

/** A student as the console shows one. `partyids`: ids of the student's classes, separated by commas. */
export type ShownStudent = { student_no: number; student_userid: string; name: string; partyids: string; is_subscribe: number }

/** The active students of a class, by number. */
export const studentsOfClass = (db: Db, corp_no: number, party_id: number) => db.all<ShownStudent>(shownStudentsInClass(corp_no, party_id))

/** The student with this userid, in upper or lower case; also one who has left, because past livings still show that student. */
export async function studentWithUserid(db: Db, corp_no: number, userid: string): Promise<ShownStudent | undefined> {
  const [student] = await db.all<ShownStudent>(shownStudent(corp_no, keyOf(userid)))
  return student
}

/** The active parents of a student. */
export const parentsOfStudent = (db: Db, corp_no: number, student_no: number) =>
  db.all<{ parent_userid: string; relation: string; mobile: string; is_subscribe: number }>(shownParentsOf(corp_no, student_no))

export type ClassSize = { party_id: number; students: number; unsubscribed: number }

/** How many active students each of these classes has, and how many of those have not subscribed to the school's notices. */
export const classSizes = (db: Db, corp_no: number, party_ids: readonly number[]) => db.all<ClassSize>(classSizesOf(corp_no, party_ids))

/** A student, or a parent of that student where `parent_userid` is not null, who has not subscribed to the school's notices. */
export type Unsubscribed = { student_userid: string; name: string; partyids: string; parent_userid: string | null; relation: string }

/** One page of the students and parents of these classes who have not subscribed, ordered by student; `total` counts all pages. */
export async function unsubscribedIn(db: Db, corp_no: number, party_ids: readonly number[], offset: number, limit: number) {
  const [counted] = await db.all<{ total: number }>(countUnsubscribed(corp_no, party_ids))
  const people = await db.all<Unsubscribed>(listUnsubscribed(corp_no, party_ids, offset, limit))
  return { total: counted?.total ?? 0, people }
}
