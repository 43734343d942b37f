import type { Roll } from './roll.ts'

/** Who is looked at: pupils, parents, or households (a pupil and the parents, who are missing when nobody of them watched). */
export const readings = ['pupils', 'parents', 'households'] as const
export type Reading = (typeof readings)[number]

/** in_range = not_subscribed + excused + expected; expected = watched + missing. */
export type Tally = { in_range: number; not_subscribed: number; excused: number; expected: number; watched: number; missing: number }
export type RollCounts = Record<Reading, Tally> & {
  classes: Map<number, Record<Reading, Tally>>
  outsiders: number
  visitors: number
}

const none = (): Tally => ({ in_range: 0, not_subscribed: 0, excused: 0, expected: 0, watched: 0, missing: 0 })
const ofEach = (): Record<Reading, Tally> => ({ pupils: none(), parents: none(), households: none() })

/** What a household comes to, bit by bit. */
const inRange = 1
const expected = 2
const watched = 4
const excused = 8

/** Whether a line is of one of these classes; of every class where none are named. */
export const within = (roll: Roll, index: number, classes: ReadonlySet<number> | undefined): boolean =>
  !classes || (roll.classSets[roll.classSet[index] as number] as readonly number[]).some((party_id) => classes.has(party_id))

/** Bits for each student of what the family did. */
export function familiesOf(roll: Roll): Uint8Array {
  const families = new Uint8Array(roll.students.length)
  for (let index = 0; index < roll.states.length; index++) {
    const family = roll.family[index] as number
    if (family < 0) continue
    const bits = familyBits[roll.states[index] as string] ?? 0
    families[family] = (families[family] as number) | bits
  }
  return families
}

const familyBits: Record<string, number> = {
  m: inRange | expected,
  s: inRange | expected,
  w: inRange | expected | watched,
  e: inRange | excused,
  E: inRange | excused | watched,
  n: inRange,
  N: inRange | watched,
  O: watched,
}

export const isIdleFamily = (bits: number) => (bits & expected) > 0 && (bits & watched) === 0

/** All the numbers of a roll at once, of some classes or of all: 3 ms for 90,000 lines. */
export function countRoll(roll: Roll, only: ReadonlySet<number> | undefined): RollCounts {
  const all = ofEach()
  const classes = new Map<number, Record<Reading, Tally>>()
  const rows = roll.classSets.map((party_ids) => ({
    counted: !only || party_ids.some((party_id) => only.has(party_id)),
    tallies: party_ids
      .filter((party_id) => !only || only.has(party_id))
      .map((party_id) => {
        const tally = classes.get(party_id) ?? ofEach()
        classes.set(party_id, tally)
        return tally
      }),
  }))
  const families = familiesOf(roll)
  const met = new Uint8Array(families.length)
  let outsiders = 0
  let visitors = 0
  for (let index = 0; index < roll.states.length; index++) {
    const state = roll.states[index] as string
    if (state === 'v') visitors++
    const row = rows[roll.classSet[index] as number]
    if (state === 'v' || !row?.counted) continue
    if (state === 'O') outsiders++
    const family = roll.family[index] as number
    if (!met[family] && (families[family] as number) & inRange) {
      met[family] = 1
      const bits = families[family] as number
      countFamily(all.households, bits)
      for (const tally of row.tallies) countFamily(tally.households, bits)
    }
    if (state === 'o' || state === 'O') continue
    const reading = roll.isParent[index] ? 'parents' : 'pupils'
    count(all[reading], state)
    for (const tally of row.tallies) count(tally[reading], state)
  }
  return { ...all, classes, outsiders, visitors }
}

function count(tally: Tally, state: string): void {
  tally.in_range++
  if (state === 'n' || state === 'N') tally.not_subscribed++
  else if (state === 'e' || state === 'E') tally.excused++
  else {
    tally.expected++
    if (state === 'w') tally.watched++
    else tally.missing++
  }
}

/** A household nobody of which is expected counts as excused where somebody is, and else as not subscribed. */
function countFamily(tally: Tally, bits: number): void {
  tally.in_range++
  if (!(bits & expected)) tally[bits & excused ? 'excused' : 'not_subscribed']++
  else {
    tally.expected++
    if (bits & watched) tally.watched++
    else tally.missing++
  }
}
