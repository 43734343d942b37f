import { normalMobile } from '../roster/mobiles.ts'
import { keyOf } from '../roster/people.ts'
import type { Db } from '../store/db.ts'
import { fitsOfNames } from './fits.ts'
import { cleanIdentity, type Identified, type Identity, visitorOf } from './identity.ts'
import { type IdentityRow, identitiesByNumber } from './store.ts'
import {
  type FoundViewer,
  parentsByMobile,
  parentsByUserid,
  type Range,
  studentsByMobile,
  studentsByUserid,
  viewersByNumber,
} from './store_people.ts'

/** Whom somebody is, and what was remembered: `remembered` is undefined where the identity is not stored, null where nobody has matched it. */
export type IdentifiedPerson = Identified & { readonly remembered: string | null | undefined }

/** People looked up in one query: a few milliseconds. */
const peoplePerQuery = 1000

const unknown: IdentifiedPerson = { viewer_nos: [], candidates: [], remembered: undefined }

/**
 * In the order asked: which viewers each of these people is in one living. The first of these that finds somebody decides:
 *
 * 1. what a person has said (`matchIdentity`);
 * 2. the userid, of a student or of a parent;
 * 3. the student number, which is a student's userid where a school has imported its list without other userids;
 * 4. the mobile, of a student or else of a parent;
 * 5. the name, among the students in the living's range, or such a student's name with a relation (张三妈妈) for that parent. Where the class is
 *    given and the living is held for it, among the students of that class.
 *
 * Somebody who left the school counts only while in range of the living's register.
 */
export async function identify(db: Db, living: Range, people: readonly Identity[]): Promise<Identified[]> {
  return (await identifyPeople(db, living, people.map(cleanIdentity))).map(({ viewer_nos, candidates }) => ({ viewer_nos, candidates }))
}

/** `identify` for people who are already clean (`cleanIdentity`), with what was remembered of each. */
export async function identifyPeople(db: Db, living: Range, people: readonly Identity[]): Promise<IdentifiedPerson[]> {
  const found: IdentifiedPerson[] = []
  for (let from = 0; from < people.length; from += peoplePerQuery)
    found.push(...(await identifySome(db, living, people.slice(from, from + peoplePerQuery))))
  return found
}

async function identifySome(db: Db, living: Range, people: readonly Identity[]): Promise<IdentifiedPerson[]> {
  const found = await remembered(db, living, people)
  const steps = [
    { keyOf: ({ userid }: Identity) => userid && keyOf(userid), read: studentsByUserid },
    { keyOf: ({ userid }: Identity) => userid && keyOf(userid), read: parentsByUserid },
    { keyOf: ({ student_number }: Identity) => student_number && keyOf(student_number), read: studentsByUserid },
    { keyOf: ({ mobile }: Identity) => mobile && normalMobile(mobile), read: studentsByMobile },
    { keyOf: ({ mobile }: Identity) => mobile && normalMobile(mobile), read: parentsByMobile },
  ]
  const isOpen = (index: number) => isUndecided(found[index] ?? unknown)
  for (const step of steps) {
    const keys = people.map((someone, index) => (isOpen(index) ? step.keyOf(someone) || undefined : undefined))
    const asked = [...new Set(keys.filter((key) => key !== undefined))]
    if (asked.length === 0) continue
    const viewersByKey = Map.groupBy(await db.all<FoundViewer>(step.read(living, asked)), ({ key }) => key)
    for (const [index, key] of keys.entries())
      if (key !== undefined) found[index] = { ...(found[index] ?? unknown), viewer_nos: inThisLiving(viewersByKey.get(key) ?? []) }
  }
  const open = [...people.keys()].filter(isOpen)
  const fits = await fitsOfNames(
    db,
    living,
    open.map((index) => people[index] as Identity),
  )
  for (const [at, index] of open.entries()) found[index] = { ...(found[index] ?? unknown), ...fits[at] }
  return found
}

/** Whether a name may still say who somebody is: not where a person has said that it is nobody of the school. */
const isUndecided = ({ viewer_nos, remembered: said }: IdentifiedPerson) => viewer_nos.length === 0 && said == null

/** Whom people were matched to by hand. */
async function remembered(db: Db, living: Range, people: readonly Identity[]): Promise<IdentifiedPerson[]> {
  const numbers = people.map(visitorOf)
  const rows = await db.all<IdentityRow>(identitiesByNumber(living.corp_no, [...new Set(numbers)]))
  const rowByNumber = new Map(rows.map((row) => [row.visitor_no, row]))
  const viewer_nos = [...new Set(rows.flatMap((row) => viewerNumbersOf(row.viewer_nos)))]
  const viewers = viewer_nos.length ? await db.all<FoundViewer>(viewersByNumber(living, viewer_nos)) : []
  return numbers.map((visitor_no) => {
    const row = rowByNumber.get(visitor_no)
    const matched = new Set(viewerNumbersOf(row?.viewer_nos ?? null))
    return {
      viewer_nos: inThisLiving(viewers.filter((viewer) => matched.has(viewer.viewer_no))),
      candidates: [],
      remembered: row?.viewer_nos,
    }
  })
}

/** The viewer numbers of a column of table `identity`, without repetition. */
export const viewerNumbersOf = (text: string | null): number[] => [...new Set((text ?? '').split(',').filter(Boolean).map(Number))]

/**
 * Of the viewers who somebody is, those who are meant in a living: those in range, such as a parent for each child in range. Where none is in
 * range, all who are on the roster, who are outsiders then.
 */
export function inThisLiving(viewers: readonly Pick<FoundViewer, 'viewer_no' | 'in_range' | 'active'>[]): number[] {
  const inRange = viewers.filter((viewer) => viewer.in_range === 1)
  const meant = inRange.length ? inRange : viewers.filter((viewer) => viewer.active === 1)
  return [...new Set(meant.map((viewer) => viewer.viewer_no))].sort((a, b) => a - b)
}
