import { inTurns } from '../event_loop.ts'
import type { Identity } from '../identity/identity.ts'
import { plainName } from '../identity/names.ts'
import { clockSkewSeconds } from '../wire/clock.ts'
import { parseDuration } from './durations.ts'
import type { Field } from './headers.ts'
import type { Block, Columns } from './layout.ts'
import type { MomentReader } from './moments.ts'
import type { SheetRow } from './read.ts'
import type { BadRow } from './reasons.ts'

/** A row of a file: somebody, and when they came and went as far as the row says. Times are unix seconds, `duration` seconds. */
export type Visit = {
  readonly person: Omit<Identity, 'source'>
  readonly enter: number | undefined
  readonly leave: number | undefined
  readonly duration: number | undefined
  /** whether enter and leave are the first and the last of several visits */
  readonly isSummary: boolean
}

/** What the rows of a file say. `hosts`: how many rows of hosts were left out. */
export type Visits = { readonly visits: Visit[]; readonly hosts: number; readonly bad: BadRow[] }

/** Roles of those who hold the meeting. */
const hostRoles = new Set(['organizer', 'host', 'organiser', '主持人', '组织者', '会议组织者'])

/**
 * Reads the rows of all tables of a file. A row without a name, account or mobile, a moment or length that is none, and a moment that has not come
 * are bad.
 *
 * @param now unix seconds
 */
export async function visitsOf(blocks: readonly Block[], momentOf: MomentReader, now: number): Promise<Visits> {
  const visits: Visit[] = []
  const bad: BadRow[] = []
  let hosts = 0
  for (const { columns, rows } of blocks)
    for await (const some of inTurns(rows))
      for (const row of some) {
        const read = visitOf(columns, row, momentOf, now)
        if (read === 'host') hosts++
        else if (Array.isArray(read)) bad.push(...read)
        else visits.push(read as Visit)
      }
  return { visits: withoutSummaries(visits), hosts, bad }
}

/** What a row says: a visit, that it is a host's, or its faults. */
function visitOf(
  { indexes, headers, isSummary, durationUnit }: Columns,
  row: SheetRow,
  momentOf: MomentReader,
  now: number,
): Visit | 'host' | BadRow[] {
  const cell = (field: Field) => row.cells[indexes[field] ?? -1] ?? ''
  if (hostRoles.has(cell('role').toLowerCase())) return 'host'
  const bad: BadRow[] = []
  const addBad = (field: Field, reason: BadRow['reason']) =>
    bad.push({ sheet: row.sheet, line: row.line, column: headers[field] ?? field, reason, got: cell(field) })
  const read = <T>(field: Field, parse: (text: string) => T | undefined, reason: BadRow['reason']): T | undefined => {
    const text = cell(field)
    if (text === '' || /^[-–—]+$/.test(text)) return undefined
    const value = parse(text)
    if (value === undefined) addBad(field, reason)
    return value
  }
  const enter = read('enter', momentOf, 'bad_moment')
  const leave = read('leave', momentOf, 'bad_moment')
  const isNeeded = isSummary || enter === undefined || leave === undefined
  const duration = isNeeded ? read('duration', (text) => parseDuration(text, durationUnit), 'bad_duration') : undefined
  const person = personOf(cell)
  if (!person) addBad(indexes.name === undefined ? 'email' : 'name', 'no_identity')
  if (enter !== undefined && leave !== undefined && leave < enter) addBad('leave', 'leaves_first')
  for (const [field, at] of [
    ['enter', enter],
    ['leave', leave],
  ] as const)
    if ((at ?? 0) > now + clockSkewSeconds) addBad(field, 'in_future')
  if (enter === undefined && duration === undefined && bad.length === 0)
    addBad(indexes.enter === undefined ? 'duration' : 'enter', 'no_time')
  return bad.length || !person ? bad : { person, enter, leave, duration, isSummary }
}

/** Who a row is. The identity is the e-mail address, else the account, the student number, the name or the mobile. Undefined where it has none of them. */
function personOf(cell: (field: Field) => string): Visit['person'] | undefined {
  const [name, email] = [plainName(cell('name')), cell('email').toLowerCase()]
  const [userid, number, mobile, className] = [cell('userid'), cell('number'), cell('mobile'), cell('class')]
  const identity = email || userid || number || name || mobile
  if (!identity) return undefined
  return {
    identity,
    name: name || identity,
    ...(userid || email ? { userid: userid || email } : {}),
    ...(number && { student_number: number }),
    ...(mobile && { mobile }),
    ...(className && { className }),
  }
}

/**
 * Leaves out the rows of people by first entry and last exit where another table of the file has each visit of the same person, and gives these
 * visits what only the other table says of the person.
 */
function withoutSummaries(visits: readonly Visit[]): Visit[] {
  const keyOf = ({ person }: Visit) => (person.identity.includes('@') ? person.identity : person.name)
  // a name that the other table gives to several accounts stays ambiguous
  const summaries = new Map(
    [
      ...Map.groupBy(
        visits.filter((visit) => visit.isSummary),
        keyOf,
      ),
    ]
      .filter(([, rows]) => new Set(rows.map(({ person }) => person.identity)).size === 1)
      .map(([key, rows]) => [key, rows[0]?.person]),
  )
  const detailed = new Set(visits.filter((visit) => !visit.isSummary && visit.enter !== undefined).map(keyOf))
  return visits
    .filter((visit) => !visit.isSummary || !detailed.has(keyOf(visit)))
    .map((visit) => ({ ...visit, person: { ...visit.person, ...(visit.isSummary ? {} : summaries.get(keyOf(visit))) } }))
}
