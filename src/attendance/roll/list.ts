import { beginning } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import { householdStanding } from '../../register/household.ts'
import { standingByLetter, tooShortLetter } from '../../register/standing.ts'
import type { Db } from '../../store/db.ts'
import { type ReportedLine, registerLines } from '../report/lines.ts'
import type { View } from '../report/view.ts'
import { flagsOfHouseholds, isWithin, type Reading } from './counts.ts'
import type { Roll } from './roll.ts'
import { studentsByName, watchedLess, watchedReplay } from './store.ts'

/** Which lines of a roll are listed. `outside`: watched without being in range, visitors among them. */
export const shows = ['missing', 'too_short', 'replay_only', 'watched', 'excused', 'not_subscribed', 'outside'] as const
export type Show = (typeof shows)[number]

/** The letters that are listed: those of a standing, but for the two reasons of being missing that have a list of their own. */
const isListed = (show: Show, letter: string): boolean => {
  if (show === 'too_short') return letter === tooShortLetter
  if (show === 'replay_only') return letter === 'm'
  return standingByLetter[letter] === show
}

export type Wanted = {
  reading: Reading
  show: Show
  /** party ids; undefined for all classes */
  classes: ReadonlySet<number> | undefined
  sort: 'class' | 'name'
  /** part of a name or userid; '' for everybody */
  sought: string
}

/** The indexes in a roll of the lines wanted: of a household that of its first line, which is the student's where there is one. */
export async function indexesOf(db: Db, living: Living, roll: Roll, wanted: Wanted): Promise<number[]> {
  const replayViewers = wanted.show === 'replay_only' ? await viewersOfReplay(db, living) : undefined
  const listed = listedIndexes(roll, wanted).filter((index) => !replayViewers || replayViewers.has(roll.viewer_nos[index] as number))
  if (wanted.sort === 'class' && !wanted.sought) return sortedByClass(roll, listed)

  const [row] = await db.all<{ userids: string | null }>(studentsByName(living.corp_no, wanted.sought))
  const rankByUserid = new Map((row?.userids ?? '').split(' ').map((userid, rank) => [userid, rank]))
  const rankOf = (index: number) => rankByUserid.get(roll.students[roll.studentIndex[index] as number] ?? '')
  const found = listed.filter((index) => rankOf(index) !== undefined)
  if (wanted.sort === 'class') return sortedByClass(roll, found)
  return found.sort((a, b) => (rankOf(a) as number) - (rankOf(b) as number) || a - b)
}

function listedIndexes(roll: Roll, { reading, show, classes }: Wanted): number[] {
  const householdFlags = reading === 'households' && show === 'missing' ? flagsOfHouseholds(roll) : undefined
  const isMet = new Set<number>()
  const listed: number[] = []
  for (let index = 0; index < roll.letters.length; index++) {
    const letter = roll.letters[index] as string
    const student = roll.studentIndex[index] as number
    // visitors are of no class, and are listed with the students
    if (student < 0 ? classes || reading !== 'students' : !isWithin(roll, index, classes)) continue
    if (householdFlags) {
      if (student < 0 || isMet.has(student) || householdStanding(householdFlags[student] as number) !== 'missing') continue
      isMet.add(student)
      listed.push(index)
    } else if (isListed(show, letter) && (reading === 'households' || (roll.isParent[index] === 1) === (reading === 'parents'))) {
      listed.push(index)
    }
  }
  return listed
}

async function viewersOfReplay(db: Db, living: Living): Promise<Set<number>> {
  const [row] = await db.all<{ viewer_nos: string | null }>(watchedReplay(living))
  return new Set((row?.viewer_nos ?? '').split(' ').map(Number))
}

function sortedByClass(roll: Roll, indexes: readonly number[]): number[] {
  const firstClass = roll.classSets.map((party_ids) => party_ids[0] ?? Number.MAX_SAFE_INTEGER)
  const classOf = (index: number) => firstClass[roll.classSetIndex[index] as number] as number
  return indexes.toSorted((a, b) => classOf(a) - classOf(b) || a - b)
}

/** The indexes of all lines of the households that these lines belong to, by `studentIndex`; the student's line first. */
export function householdIndexes(roll: Roll, indexes: readonly number[]): Map<number, number[]> {
  const found = new Map(indexes.map((index) => [roll.studentIndex[index] as number, [] as number[]]))
  found.delete(-1)
  for (let index = 0; index < roll.studentIndex.length; index++) found.get(roll.studentIndex[index] as number)?.push(index)
  return found
}

/** The lines of these viewers as the report shows them, by viewer number. */
export async function linesByViewer(db: Db, living: Living, view: View, viewer_nos: readonly number[]): Promise<Map<number, ReportedLine>> {
  const lines = new Map<number, ReportedLine>()
  if (viewer_nos.length === 0) return lines
  for await (const line of registerLines(db, living, view, beginning, viewer_nos)) lines.set(line.viewer_no, line)
  return lines
}

/** The letters of viewers who watched, and what they become where the viewer watched too short. */
const letterIfShort: Readonly<Record<string, string>> = { w: tooShortLetter, E: 'e', N: 'n', O: 'o' }

/** PostgreSQL's bigint knows no Infinity; this is the year 5138. */
const endOfTime = 99_999_999_999

/** The roll as it is when only those have watched, expected or not, who watched as long as the view asks for. */
export async function withMinimum(db: Db, living: Living, view: View, roll: Roll): Promise<Roll> {
  if ((view.minSeconds <= 0 && view.minPercent <= 0) || view.start === null) return roll
  const [row] = await db.all<{ viewer_nos: string | null }>(
    watchedLess(living, { ...view, start: view.start, end: Math.min(view.end, endOfTime) }),
  )
  const short = new Set((row?.viewer_nos ?? '').split(' ').map(Number))
  const letters = Array.from(roll.letters, (letter, index) =>
    short.has(roll.viewer_nos[index] as number) ? (letterIfShort[letter] ?? letter) : letter,
  )
  return { ...roll, letters: letters.join('') }
}
