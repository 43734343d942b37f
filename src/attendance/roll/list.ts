import { beginning } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import { type ReportedLine, registerLines } from '../report/lines.ts'
import type { View } from '../report/reason.ts'
import { familiesOf, isIdleFamily, type Reading, within } from './counts.ts'
import type { Roll } from './roll.ts'
import { studentsByName, watchedLess, watchedReplay } from './store.ts'

/** Which lines of a roll are listed. `outside`: watched without being in range, visitors among them. */
export const shows = ['missing', 'too_short', 'replay_only', 'watched', 'excused', 'not_subscribed', 'outside'] as const
export type Show = (typeof shows)[number]

const letters: Record<Show, string> = {
  missing: 'ms',
  too_short: 's',
  replay_only: 'm',
  watched: 'w',
  excused: 'eE',
  not_subscribed: 'nN',
  outside: 'oOv',
}

export type Wanted = {
  reading: Reading
  show: Show
  only: ReadonlySet<number> | undefined
  sort: 'class' | 'name'
  sought: string
}

/** The places in a roll of those wanted: for households the place of the pupil's own line, or of the first of the family. */
export async function placesOf(db: Db, living: Living, roll: Roll, { reading, show, only, sort, sought }: Wanted): Promise<number[]> {
  const sawReplay = show === 'replay_only' ? await replayViewers(db, living) : undefined
  const families = reading === 'households' && show === 'missing' ? familiesOf(roll) : undefined
  const met = new Set<number>()
  const found: number[] = []
  for (let index = 0; index < roll.states.length; index++) {
    const state = roll.states[index] as string
    const family = roll.family[index] as number
    if (state === 'v' ? only || reading !== 'pupils' : !within(roll, index, only)) continue
    if (sawReplay && !sawReplay.has(roll.viewer_nos[index] as number)) continue
    if (families) {
      if (family < 0 || met.has(family) || !isIdleFamily(families[family] as number)) continue
      met.add(family)
      found.push(index)
    } else if (letters[show].includes(state) && (reading === 'households' || (roll.isParent[index] === 1) === (reading === 'parents'))) {
      found.push(index)
    }
  }
  if (sort === 'class' && !sought) return byClass(roll, found)
  const named = await db.all<{ userids: string | null }>(studentsByName(living.corp_no, sought))
  const rank = new Map((named[0]?.userids ?? '').split(' ').map((userid, index) => [userid, index]))
  const rankOf = (index: number) => rank.get(roll.students[roll.family[index] as number] ?? '')
  const kept = found.filter((index) => rankOf(index) !== undefined)
  if (sort === 'class') return byClass(roll, kept)
  return kept.sort((a, b) => (rankOf(a) as number) - (rankOf(b) as number) || a - b)
}

async function replayViewers(db: Db, living: Living): Promise<Set<number>> {
  const [row] = await db.all<{ viewer_nos: string | null }>(watchedReplay(living))
  return new Set((row?.viewer_nos ?? '').split(' ').map(Number))
}

function byClass(roll: Roll, places: readonly number[]): number[] {
  const first = roll.classSets.map((party_ids) => party_ids[0] ?? Number.MAX_SAFE_INTEGER)
  const classOf = (index: number) => first[roll.classSet[index] as number] as number
  return places.toSorted((a, b) => classOf(a) - classOf(b) || a - b)
}

/** The places of a pupil's whole family, the pupil first. */
export function familyPlaces(roll: Roll, places: readonly number[]): Map<number, number[]> {
  const wanted = new Map(places.map((place) => [roll.family[place] as number, [] as number[]]))
  wanted.delete(-1)
  for (let index = 0; index < roll.family.length; index++) wanted.get(roll.family[index] as number)?.push(index)
  return wanted
}

/** These lines as the report shows them, by viewer. */
export async function linesOf(db: Db, living: Living, view: View, viewer_nos: readonly number[]): Promise<Map<number, ReportedLine>> {
  const lines = new Map<number, ReportedLine>()
  if (viewer_nos.length === 0) return lines
  for await (const line of registerLines(db, living, view, beginning, viewer_nos)) lines.set(line.viewer_no, line)
  return lines
}

/** The roll as it is when who watched fewer seconds does not count as having watched. */
export async function withMinimum(db: Db, living: Living, view: View, roll: Roll): Promise<Roll> {
  if (view.atLeast <= 0 || view.start === null) return roll
  const [row] = await db.all<{ viewer_nos: string | null }>(
    watchedLess(living, view.start, Math.min(view.end, 99_999_999_999), view.atLeast),
  )
  const short = new Set((row?.viewer_nos ?? '').split(' ').map(Number))
  const states = Array.from(roll.states, (state, index) => (state === 'w' && short.has(roll.viewer_nos[index] as number) ? 's' : state))
  return { ...roll, states: states.join('') }
}
