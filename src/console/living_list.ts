import { setImmediate as nextLoop } from 'node:timers/promises'
import { joinedLines, type ReportedLine } from '../attendance/report/lines.ts'
import type { Reading } from '../attendance/roll/counts.ts'
import { householdIndexes, indexesOf, linesByViewer, shows } from '../attendance/roll/list.ts'
import { state } from '../living/store.ts'
import { rollOfHouseholds } from './household_roll.ts'
import { type LivingView, readingNames, readingOf, shownClassesOf } from './living_view.ts'
import { oneOf, type SignedInRequest } from './page_request.ts'
import type { Text } from './texts/say.ts'

/** The lists of a living: those of its roll, and the viewers who joined a class after its end. */
export const lists = [...shows, 'joined_after'] as const
export type ListName = (typeof lists)[number]
export const listTexts: Readonly<Record<ListName, Text>> = {
  missing: 'missing',
  too_short: 'tooShort',
  replay_only: 'replay_only',
  watched: 'watched',
  excused: 'excused',
  not_subscribed: 'notSubscribed',
  outside: 'outside',
  joined_after: 'joined_after',
}

/** Which list a query asks for. */
export type AskedList = {
  readonly reading: Reading
  readonly show: ListName
  readonly sort: 'class' | 'name'
  /** part of a name or userid; '' for everybody */
  readonly sought: string
}

export const askedListOf = ({ query }: SignedInRequest): AskedList => ({
  reading: readingOf(query.get('read')),
  show: oneOf(lists, query.get('show')),
  sort: query.get('sort') === 'name' ? 'name' : 'class',
  sought: (query.get('q') ?? '').trim().slice(0, 64),
})

/** The query by which the copied text, the page to print and the downloads are of the same list as a page. */
export const queryOfList = ({ reading, show, sort, sought }: AskedList, { minimum, party }: LivingView) => ({
  min: minimum || undefined,
  read: reading === 'students' ? undefined : readingNames[reading],
  class: party,
  show: show === 'missing' ? undefined : show,
  q: sought,
  sort: sort === 'class' ? undefined : sort,
})

/**
 * An entry of a list: a line, and all lines of its household: the student's own and the parents'. `party_id` is the entry's class, of those
 * that the page shows; 0 for an entry of none of them, such as a visitor.
 */
export type ListedLine = { readonly line: ReportedLine; readonly householdLines: readonly ReportedLine[]; readonly party_id: number }

/** The list that a page of a living shows, of which every page, text and file is made. */
export type LivingList = AskedList & {
  /** the `party_id` of each entry */
  readonly partyIds: readonly number[]
  /**
   * Reads the entries from one position up to another. A list of households has each household once. With `isBrief` the `householdLines`
   * of other lists are left out, which reads a third of the lines.
   */
  readonly entries: (from: number, to: number, isBrief?: boolean) => Promise<ListedLine[]>
}

/** Finds who is on the list that the query asks for. Nobody is on a list of a living that expired or was cancelled. */
export async function livingListOf(request: SignedInRequest, livingView: LivingView): Promise<LivingList> {
  const { living, roll, isHeld } = livingView
  const asked = askedListOf(request)
  const { reading, show } = asked
  const shownClasses = shownClassesOf(livingView)
  const firstShown = (party_ids: readonly number[]) => party_ids.find((party_id) => !shownClasses || shownClasses.has(party_id)) ?? 0
  if (!isHeld && living.state !== state.reserved) return { ...asked, partyIds: [], entries: async () => [] }
  if (show === 'joined_after') {
    const joined = await linesJoinedAfter(request, livingView, asked)
    const listed = joined.map((each) => ({ ...each, party_id: firstShown(each.line.shown.partyids) }))
    return { ...asked, partyIds: listed.map(({ party_id }) => party_id), entries: async (from, to) => listed.slice(from, to) }
  }
  const isByHousehold = reading === 'households'
  const wanted = { ...asked, show, classes: shownClasses }
  const found = await indexesOf(request.serving.db, living, isByHousehold ? rollOfHouseholds(roll) : roll, wanted)
  const indexes = isByHousehold ? firstOfEach(found, (index) => roll.studentIndex[index] as number) : found
  const partyIdOf = (index: number) => firstShown(roll.classSets[roll.classSetIndex[index] as number] as readonly number[])
  return {
    ...asked,
    partyIds: indexes.map(partyIdOf),
    entries: (from, to, isBrief = false) => {
      const some = indexes.slice(from, to)
      const indexesByStudent = isBrief && !isByHousehold ? new Map<number, number[]>() : householdIndexes(roll, some)
      return listedLinesAt(request, livingView, some, indexesByStudent, partyIdOf)
    },
  }
}

/**
 * The entries of a list in parts, so that a long list is never in memory as a whole and other requests get their turn. The entries of lists
 * of students and parents have no `householdLines`.
 */
export async function* partsOf({ partyIds, entries }: LivingList): AsyncGenerator<ListedLine[]> {
  for (let from = 0; from < partyIds.length; from += entriesAtOnce) {
    yield await entries(from, from + entriesAtOnce, true)
    await nextLoop()
  }
}
/** Each part of a living that has ended also asks who joined afterwards, 50 to 200 ms in a school of 30,000 students. */
const entriesAtOnce = 3000

function firstOfEach(indexes: readonly number[], keyOf: (index: number) => number): number[] {
  const isMet = new Set<number>()
  return indexes.filter((index) => {
    const key = keyOf(index)
    if (isMet.has(key)) return false
    isMet.add(key)
    return true
  })
}

/** The lines at these indexes of the roll, in this order, each with the lines of its household as far as these are given. */
async function listedLinesAt(
  { serving }: SignedInRequest,
  { living, roll, reportView }: LivingView,
  indexes: readonly number[],
  indexesByStudent: ReadonlyMap<number, readonly number[]>,
  partyIdOf: (index: number) => number,
): Promise<ListedLine[]> {
  const allIndexes = [...indexes, ...[...indexesByStudent.values()].flat()]
  const viewer_nos = new Set(allIndexes.map((index) => roll.viewer_nos[index] as number))
  const lines = await linesByViewer(
    serving.db,
    living,
    reportView,
    [...viewer_nos].sort((a, b) => a - b),
  )
  return indexes.flatMap((index) => {
    const line = lines.get(roll.viewer_nos[index] as number)
    const householdLines = (indexesByStudent.get(roll.studentIndex[index] as number) ?? []).flatMap(
      (other) => lines.get(roll.viewer_nos[other] as number) ?? [],
    )
    return line ? [{ line, householdLines, party_id: partyIdOf(index) }] : []
  })
}

/**
 * The lines of viewers who joined a class of the living after it ended. The register of an ended living is frozen, so these viewers are
 * not in it, and not in its roll. A household that joined is listed by its student's line.
 */
async function linesJoinedAfter(
  { serving }: SignedInRequest,
  livingView: LivingView,
  { reading, sought }: AskedList,
): Promise<Omit<ListedLine, 'party_id'>[]> {
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
