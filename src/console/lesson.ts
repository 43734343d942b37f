import { joinedLines, type ReportedLine } from '../attendance/report/lines.ts'
import { type View, viewOf } from '../attendance/report/view.ts'
import { countRoll, type Reading, type RollCounts, readings } from '../attendance/roll/counts.ts'
import { householdIndexes, linesByViewer, withMinimum } from '../attendance/roll/list.ts'
import type { Roll } from '../attendance/roll/roll.ts'
import { classesOfRegister } from '../attendance/roll/store.ts'
import { livingIn } from '../living/living.ts'
import { type Living, state } from '../living/store.ts'
import { scopeOf } from './sight.ts'
import { NotShown, type Visit, wholeOf } from './visit.ts'

/** A lesson as one account may see it. */
export type Lesson = {
  readonly living: Living
  /** of which classes; all where undefined */
  readonly scope: ReadonlySet<number> | undefined
  readonly classes: readonly { party_id: number; name: string }[]
  /** the class that is looked at, if one is */
  readonly party: number | undefined
  readonly roll: Roll
  /** as the roll is when any watching counts */
  readonly plainRoll: Roll
  readonly view: View
  /** the least of the lesson, in percent, that counts as watched; 0: any */
  readonly minimum: number
  readonly isHeld: boolean
}

/** The lesson of the path: 404 where there is none, 403 where neither it nor one of its classes is theirs. */
export async function lessonOf(visit: Visit): Promise<Lesson> {
  const { room, sight, now, params, query } = visit
  const living = await livingIn(room.db, sight.corp_no, params.livingid ?? '', now, room.endGrace)
  if (!living) throw new NotShown(404)
  const scope = scopeOf(sight, living)
  const classes = (await room.db.all<{ party_id: number; name: string }>(classesOfRegister(living))).filter(
    ({ party_id }) => !scope || scope.has(party_id),
  )
  if (scope && classes.length === 0) throw new NotShown(403)
  const asked = wholeOf(query, 'class', 1, 2 ** 31, 0)
  if (asked && !classes.some(({ party_id }) => party_id === asked)) throw new NotShown(403)
  const minimum = wholeOf(query, 'min', 0, 100, 0)
  const view = viewOf(living, { min_percent: minimum }, now)
  const plainRoll = await room.rolls(room.db, living)
  const roll = minimum ? await withMinimum(room.db, living, view, plainRoll) : plainRoll
  const isHeld = living.state === state.live || living.state === state.ended
  return { living, scope, classes, party: asked || undefined, roll, plainRoll, view, minimum, isHeld }
}

/** The classes whose lines are shown. */
export const onlyOf = ({ party, scope, classes }: Lesson): ReadonlySet<number> | undefined =>
  party ? new Set([party]) : scope && new Set(classes.map(({ party_id }) => party_id))

/** The numbers as they travel to a page that is open. */
export function numbersOf(lesson: Pick<Lesson, 'living' | 'roll'>, only: ReadonlySet<number> | undefined, at: number) {
  const { classes, ...counts } = countRoll(lesson.roll, only)
  return {
    at,
    state: lesson.living.state,
    version: lesson.living.version,
    ...counts,
    classes: Object.fromEntries([...classes].map(([party_id, tally]) => [party_id, shortTally(tally)])),
  }
}

const shortTally = (tally: Record<Reading, RollCounts['students']>) =>
  Object.fromEntries(readings.map((reading) => [reading, [tally[reading].watched, tally[reading].expected]]))

/** A line of the list, with the rest of the family: the pupil's own line and the parents'. */
export type Entry = { place: number; line: ReportedLine; family: ReportedLine[] }

export async function entriesAt(visit: Visit, { living, roll, view }: Lesson, places: readonly number[]): Promise<Entry[]> {
  const families = householdIndexes(roll, places)
  const wanted = new Set([...places, ...[...families.values()].flat()].map((place) => roll.viewer_nos[place] as number))
  const lines = await linesByViewer(
    visit.room.db,
    living,
    view,
    [...wanted].sort((a, b) => a - b),
  )
  return places.flatMap((place) => {
    const line = lines.get(roll.viewer_nos[place] as number)
    const family = (families.get(roll.studentIndex[place] as number) ?? []).flatMap(
      (other) => lines.get(roll.viewer_nos[other] as number) ?? [],
    )
    return line ? [{ place, line, family }] : []
  })
}

/** Who has joined a class of the lesson since it ended. They are on no register, and so on no roll. */
export async function joinedEntries(
  { room }: Visit,
  lesson: Lesson,
  { reading, sought }: { reading: Reading; sought: string },
): Promise<Entry[]> {
  const only = onlyOf(lesson)
  const joined = (await joinedLines(room.db, lesson.living)).filter(
    ({ shown }) => !only || shown.partyids.some((party_id) => only.has(party_id)),
  )
  const families = Map.groupBy(joined, (line) => line.student_no)
  return joined
    .filter(
      ({ shown }) => (shown.kind === 'parent') === (reading === 'parents') && `${shown.name} ${shown.student_userid}`.includes(sought),
    )
    .map((line) => ({ place: -1, line, family: families.get(line.student_no) ?? [] }))
}
