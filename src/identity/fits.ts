import { readEntry } from '../register/entry.ts'
import type { Db } from '../store/db.ts'
import type { Identified, Identity } from './identity.ts'
import { isRelation, type NameForm, nameForms, namesWithin, plainName } from './names.ts'
import { classNamesOf, type FoundViewer, householdsByName, type NamedViewer, type Range, viewersOfParents } from './store_people.ts'

const nobody: Identified = { viewer_nos: [], candidates: [] }

/** The most candidates that are proposed for one name. */
const mostCandidates = 20

/**
 * In the order asked: the viewers in a living's range whom a name fits. Of the forms that a name can be read in, the first that fits anybody
 * counts. It identifies where it fits one student, or one parent; else all whom it fits are candidates. Where no form fits, the students
 * whose names are within the name are candidates.
 */
export async function fitsOfNames(db: Db, living: Range, people: readonly Identity[]): Promise<Identified[]> {
  const readings = people.map(({ name }) => ({ forms: nameForms(name), within: namesWithin(name) }))
  const names = [...new Set(readings.flatMap(({ forms, within }) => [...forms.map(({ student }) => student), ...within]))]
  const households = Map.groupBy(await householdsNamed(db, living, names), ({ key }) => key)
  if (households.size === 0) return people.map(() => nobody)
  const classIds = people.some(({ className }) => className) ? await classFinder(db, living) : () => undefined
  const fits = readings.map(({ forms, within }, index) => {
    const { className } = people[index] as Identity
    const party_ids = className ? classIds(className) : undefined
    const named = (name: string) => (households.get(name) ?? []).filter((viewer) => !party_ids || isInClass(viewer, party_ids))
    for (const form of forms) {
      const household = named(form.student)
      if (household.length) return fitOf(form, household)
    }
    const students = within.flatMap(named).filter(({ parent_no, in_range }) => parent_no === 0 && in_range === 1)
    return { viewer_nos: [], candidates: numbersOf(students).slice(0, mostCandidates) }
  })
  return withAllChildren(db, living, fits)
}

/** Names looked up in one query: a few milliseconds. */
const namesPerQuery = 2000

async function householdsNamed(db: Db, living: Range, names: readonly string[]): Promise<NamedViewer[]> {
  const found: NamedViewer[] = []
  for (let from = 0; from < names.length; from += namesPerQuery)
    for (const row of await db.all<NamedViewer>(householdsByName(living, names.slice(from, from + namesPerQuery)))) found.push(row)
  return found
}

type Fit = Identified & { readonly parent_no?: number }

/** Whom one reading of a name fits, of the households of the students of that name. */
function fitOf({ relation }: NameForm, named: readonly NamedViewer[]): Fit {
  const inRange = named.filter((viewer) => viewer.in_range === 1)
  const fitting = inRange.filter((viewer) =>
    relation === undefined ? viewer.parent_no === 0 : viewer.parent_no > 0 && isRelation(relation, viewer.relation),
  )
  const [first] = fitting
  const people = new Set(fitting.map((viewer) => (relation === undefined ? viewer.student_no : viewer.parent_no)))
  if (first && people.size === 1) return { viewer_nos: [first.viewer_no], candidates: [], ...(relation && { parent_no: first.parent_no }) }
  return { viewer_nos: [], candidates: numbersOf(fitting.length ? fitting : inRange).slice(0, mostCandidates) }
}

const numbersOf = (viewers: readonly FoundViewer[]) => [...new Set(viewers.map((viewer) => viewer.viewer_no))].sort((a, b) => a - b)

/** A parent who is identified as one child's stands for each of the parent's children in range. */
async function withAllChildren(db: Db, living: Range, fits: readonly Fit[]): Promise<Identified[]> {
  const parent_nos = [...new Set(fits.flatMap(({ parent_no }) => parent_no ?? []))]
  if (parent_nos.length === 0) return fits.map(({ viewer_nos, candidates }) => ({ viewer_nos, candidates }))
  const viewersByParent = Map.groupBy(await db.all<FoundViewer>(viewersOfParents(living, parent_nos)), ({ parent_no }) => parent_no)
  return fits.map(({ viewer_nos, candidates, parent_no }) => {
    const children = (viewersByParent.get(parent_no ?? 0) ?? []).filter((viewer) => viewer.in_range === 1)
    return { viewer_nos: children.length ? numbersOf(children) : viewer_nos, candidates }
  })
}

/** Whether a viewer is, or at the end of the living was, in one of these classes. */
const isInClass = ({ entry, partyids }: NamedViewer, party_ids: ReadonlySet<number>) =>
  (entry === null ? partyids.split(',').map(Number) : (readEntry(entry).partyids ?? [])).some((party_id) => party_ids.has(party_id))

/** Returns a function that answers the classes of a living that a text names: `1班` or `三年级1班`; undefined where it names none of them. */
async function classFinder(db: Db, living: Range): Promise<(className: string) => ReadonlySet<number> | undefined> {
  const classes = await db.all<{ party_id: number; name: string; above: string }>(classNamesOf(living))
  const keyed = classes.flatMap(({ party_id, name, above }) => [
    [classKey(name), party_id] as const,
    [classKey(above + name), party_id] as const,
  ])
  const idsByKey = Map.groupBy(keyed, ([key]) => key)
  return (className) => {
    const ids = idsByKey.get(classKey(className))
    return ids && new Set(ids.map(([, party_id]) => party_id))
  }
}

/** A class's name as names are compared: without spaces, brackets and signs between grade and class. */
const classKey = (name: string) =>
  plainName(name)
    .toLowerCase()
    .replaceAll(/[\s()/>·_-]/g, '')
