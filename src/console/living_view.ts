import { joinedLines, type ReportedLine } from '../attendance/report/lines.ts'
import { type View, viewOf } from '../attendance/report/view.ts'
import { type CountsByReading, countRoll, type Reading, readings } from '../attendance/roll/counts.ts'
import { householdIndexes, linesByViewer, withMinimum } from '../attendance/roll/list.ts'
import type { Roll } from '../attendance/roll/roll.ts'
import { classesOfRegister } from '../attendance/roll/store.ts'
import { livingIn } from '../living/living.ts'
import { type Living, state } from '../living/store.ts'
import { integerParam, PageError, type SignedInRequest } from './page_request.ts'
import { visibleClassesOf } from './visibility.ts'

/** A living as one account sees it on one page, with the class and the minimum that the query asks for. */
export type LivingView = {
  readonly living: Living
  /** the party ids of the classes whose lines this account may see; undefined for all */
  readonly visibleClasses: ReadonlySet<number> | undefined
  /** the classes of the register, as far as this account may see them */
  readonly classes: readonly { party_id: number; name: string }[]
  /** the class of the query; undefined for all */
  readonly party: number | undefined
  /** the roll with `minimum` applied */
  readonly roll: Roll
  /** the roll without a minimum: any watching counts */
  readonly plainRoll: Roll
  readonly reportView: View
  /** how much of the living, in percent, counts as watched; 0: any watching */
  readonly minimum: number
  /** whether the living is live or ended; a planned, expired or cancelled one has nobody missing */
  readonly isHeld: boolean
}

/**
 * Reads the living that a request names in path and query. Throws a PageError: 404 where there is no such living, 403 where the account
 * may see neither the living nor any class of it, or not the class asked for.
 */
export async function livingViewOf(request: SignedInRequest): Promise<LivingView> {
  const { serving, visibility, now, params, query } = request
  const living = await livingIn(serving.db, visibility.corp_no, params.livingid ?? '', now, serving)
  if (!living) throw new PageError(404)
  const visibleClasses = visibleClassesOf(visibility, living)
  const classes = (await serving.db.all<{ party_id: number; name: string }>(classesOfRegister(living))).filter(
    ({ party_id }) => !visibleClasses || visibleClasses.has(party_id),
  )
  if (visibleClasses && classes.length === 0) throw new PageError(403)
  const party = integerParam(query, 'class', 1, 2 ** 31, 0)
  if (party && !classes.some(({ party_id }) => party_id === party)) throw new PageError(403)
  const minimum = integerParam(query, 'min', 0, 100, 0)
  const reportView = viewOf(living, { min_percent: minimum }, now)
  const plainRoll = await serving.rolls(serving.db, living)
  const roll = minimum ? await withMinimum(serving.db, living, reportView, plainRoll) : plainRoll
  const isHeld = living.state === state.live || living.state === state.ended
  return { living, visibleClasses, classes, party: party || undefined, roll, plainRoll, reportView, minimum, isHeld }
}

/** The readings as URLs, attributes of pages and the JSON for open pages name them. */
export const readingNames: Readonly<Record<Reading, string>> = { students: 'pupils', parents: 'parents', households: 'households' }

/** The reading of a name, of which the first one is the default. */
export const readingOf = (name: string | null): Reading => readings.find((reading) => readingNames[reading] === name) ?? readings[0]

/** The party ids of the classes whose lines a page shows: the class asked for, else all that the account may see. Undefined for all. */
export const shownClassesOf = ({ party, visibleClasses, classes }: LivingView): ReadonlySet<number> | undefined =>
  party ? new Set([party]) : visibleClasses && new Set(classes.map(({ party_id }) => party_id))

/**
 * The counts of a roll as an open page receives them: by reading, and by class as [watched, expected] for each reading.
 *
 * @param at unix seconds
 */
export function liveNumbersOf(livingView: Pick<LivingView, 'living' | 'roll'>, shownClasses: ReadonlySet<number> | undefined, at: number) {
  const { classes, outsiders, visitors, ...counts } = countRoll(livingView.roll, shownClasses)
  return {
    at,
    state: livingView.living.state,
    version: livingView.living.version,
    outsiders,
    visitors,
    ...Object.fromEntries(readings.map((reading) => [readingNames[reading], counts[reading]])),
    classes: Object.fromEntries([...classes].map(([party_id, tally]) => [party_id, shortTally(tally)])),
  }
}

const shortTally = (tally: CountsByReading) =>
  Object.fromEntries(readings.map((reading) => [readingNames[reading], [tally[reading].watched, tally[reading].expected]]))

/** A line of a list, and all lines of its household: the student's own and the parents'. */
export type ListedLine = { line: ReportedLine; householdLines: ReportedLine[] }

/** The lines at these indexes of the roll, in this order. */
export async function listedLinesAt(
  request: SignedInRequest,
  { living, roll, reportView }: LivingView,
  indexes: readonly number[],
): Promise<ListedLine[]> {
  const indexesByStudent = householdIndexes(roll, indexes)
  const allIndexes = [...indexes, ...[...indexesByStudent.values()].flat()]
  const viewer_nos = new Set(allIndexes.map((index) => roll.viewer_nos[index] as number))
  const lines = await linesByViewer(
    request.serving.db,
    living,
    reportView,
    [...viewer_nos].sort((a, b) => a - b),
  )
  return indexes.flatMap((index) => {
    const line = lines.get(roll.viewer_nos[index] as number)
    const householdLines = (indexesByStudent.get(roll.studentIndex[index] as number) ?? []).flatMap(
      (other) => lines.get(roll.viewer_nos[other] as number) ?? [],
    )
    return line ? [{ line, householdLines }] : []
  })
}

/**
 * The lines of viewers who joined a class of the living after it ended. The register of an ended living is frozen, so these viewers are
 * not in it, and not in its roll.
 *
 * @param sought part of a name or userid; '' for everybody
 */
export async function linesJoinedAfter(
  { serving }: SignedInRequest,
  livingView: LivingView,
  { reading, sought }: { reading: Reading; sought: string },
): Promise<ListedLine[]> {
  const shownClasses = shownClassesOf(livingView)
  const joined = (await joinedLines(serving.db, livingView.living)).filter(
    ({ shown }) => !shownClasses || shown.partyids.some((party_id) => shownClasses.has(party_id)),
  )
  const linesByStudent = Map.groupBy(joined, (line) => line.student_no)
  return joined
    .filter(
      ({ shown }) => (shown.kind === 'parent') === (reading === 'parents') && `${shown.name} ${shown.student_userid}`.includes(sought),
    )
    .map((line) => ({ line, householdLines: linesByStudent.get(line.student_no) ?? [] }))
}
