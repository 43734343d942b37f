import { createHash } from 'node:crypto'
import type { Db } from '../../store/db.ts'
import { normalMobile } from '../mobiles.ts'
import { keyOf } from '../people.ts'
import { childrenOf } from '../store_import.ts'
import { type MobileOwner, mobileOwners } from '../store_mobiles.ts'
import type { Gathered, ListedStudent } from './gather.ts'
import { type ListedParent, rowsPerTurn } from './gather_parents.ts'
import { inBatches } from './in_batches.ts'
import type { BadRow } from './reasons.ts'
import { placeOf } from './roster_file.ts'

/** People looked up in one query: a few milliseconds. */
const peoplePerQuery = 1000

/**
 * Sets the userid of everybody to whom the file gives none. A parent is the one on the roster who has the mobile. A student is the
 * child, of that name, of one of the listed parents. Who is not on the roster gets a userid made of name and mobile, which is the
 * same each time the file is imported. Adds faults to `bad` and removes their students from `students`.
 */
export async function findUserids(db: Db, corp_no: number, { students, bad }: Gathered): Promise<void> {
  const parents = new Set<ListedParent>()
  for await (const some of inBatches(students, rowsPerTurn))
    for (const student of some) for (const parent of student.relationByParent.keys()) if (parent.userid === '') parents.add(parent)
  for await (const some of inBatches([...parents], peoplePerQuery)) {
    const mobileKeys = some.map((parent) => normalMobile(parent.mobile))
    const rows = await db.all<MobileOwner>(mobileOwners('parent', corp_no, mobileKeys))
    const useridByMobile = new Map(rows.map((row) => [row.mobile_key, row.owner_key]))
    for (const parent of some) parent.userid = useridByMobile.get(normalMobile(parent.mobile)) ?? madeUserid('p', parent.mobile)
  }
  await findStudentUserids(db, corp_no, students, bad)
  await dropDuplicates(students, bad)
}

async function findStudentUserids(db: Db, corp_no: number, students: readonly ListedStudent[], bad: BadRow[]): Promise<void> {
  for await (const some of inBatches(
    students.filter((student) => student.userid === ''),
    peoplePerQuery,
  )) {
    const parentKeys = some.flatMap((student) => [...student.relationByParent.keys()].map((parent) => keyOf(parent.userid)))
    // by parent and name: a mobile that a school writes for everybody who has none gives one parent hundreds of children
    const childrenByParent = Map.groupBy(
      await db.all<{ parent_key: string; name: string; student_userid: string }>(childrenOf(corp_no, [...new Set(parentKeys)])),
      (child) => `${child.parent_key}\n${child.name}`,
    )
    for (const student of some) {
      const parents = [...student.relationByParent.keys()]
      const children = parents.flatMap((parent) => childrenByParent.get(`${keyOf(parent.userid)}\n${student.name}`) ?? [])
      const userids = new Set(children.map((child) => child.student_userid))
      if (userids.size > 1) bad.push({ ...placeOf(student), column: student.columns.student_userid, reason: 'ambiguous', values: {} })
      const mobiles = parents.map((parent) => parent.mobile || parent.userid).sort()
      student.userid = [...userids][0] ?? madeUserid('s', student.name, mobiles[0] as string)
    }
  }
}

/** Removes students whose userid is ambiguous, and reports and removes students who turned out to be one and the same. */
async function dropDuplicates(students: ListedStudent[], bad: BadRow[]): Promise<void> {
  const ambiguousLines = new Set(bad.filter(({ reason }) => reason === 'ambiguous').map(({ line }) => line))
  const firstByKey = new Map<string, ListedStudent>()
  const dropped = new Set<ListedStudent>()
  const check = (student: ListedStudent) => {
    const first = firstByKey.get(keyOf(student.userid))
    if (ambiguousLines.has(student.line)) dropped.add(student)
    else if (first) {
      bad.push({ ...placeOf(student), column: student.columns.student_userid, reason: 'same_student', values: { line: first.line } })
      dropped.add(student).add(first)
    } else firstByKey.set(keyOf(student.userid), student)
  }
  for await (const some of inBatches(students, rowsPerTurn)) some.forEach(check)
  if (dropped.size === 0) return
  const kept = students.filter((student) => !dropped.has(student))
  students.length = 0
  for (const student of kept) students.push(student)
}

/** A userid for a student ("s") or parent ("p") who has none: a hash, so that equal input gives an equal userid in every import. */
const madeUserid = (letter: 's' | 'p', ...input: readonly string[]) =>
  `${letter}_${createHash('sha256').update(input.join('\n')).digest('hex').slice(0, 20)}`
