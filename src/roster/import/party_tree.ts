import { gradeNamed, registerYear } from '../grades.ts'
import { nfkc } from '../nfkc.ts'
import { nextId, partyType } from '../party.ts'
import type { PartyRow } from '../store_parties.ts'

/**
 * The departments of a school in memory, to which an import adds those it needs. `takenIds` are not given to new ones. Names are
 * compared without regard to full-width characters, case and spaces: 三年级（1）班 equals 三年级(1)班. `now` is in Unix seconds.
 */
export function partyTree(existing: readonly PartyRow[], takenIds: ReadonlySet<number>, now: number) {
  const ids = new Set(takenIds)
  let lastId = 0
  const parties = [...existing]
  const made: PartyRow[] = []
  const byId = new Map(parties.map((party) => [party.party_id, party]))
  const childByName = new Map<string, PartyRow>()
  const namedByName = new Map<string, PartyRow[]>()
  const root = parties.find((party) => party.type === partyType.school) as PartyRow
  for (const party of parties) index(party)

  function index(party: PartyRow): void {
    const child = childKey(party.parentid, party.type, party.name)
    if (!childByName.has(child)) childByName.set(child, party)
    const key = nameKey(party.type, party.name)
    const named = namedByName.get(key)
    if (named) named.push(party)
    else namedByName.set(key, [party])
  }

  /** One more than the highest id: `nextId` looks at all ids, which takes quadratic time for many departments. */
  function unusedId(): number {
    lastId = lastId === 0 || lastId + 1 >= 2 ** 31 ? nextId(ids) : lastId + 1
    ids.add(lastId)
    return lastId
  }

  return {
    root,
    parties,
    /** the departments that were added */
    made,
    /** The department of this type and name directly under `above`. */
    child: (above: PartyRow, type: number, name: string) => childByName.get(childKey(above.party_id, type, name)),
    /** All departments of this type and name, wherever they stand. */
    named: (type: number, name: string): readonly PartyRow[] => namedByName.get(nameKey(type, name)) ?? [],
    /** Adds a department. A grade with the name of a standard grade becomes that grade, in this school year. */
    make(above: PartyRow, type: number, name: string): PartyRow {
      const standard_grade = type === partyType.grade ? (gradeNamed(name) ?? null) : null
      const register_year = standard_grade === null ? null : registerYear(standard_grade, now)
      const party = { party_id: unusedId(), parentid: above.party_id, type, name, register_year, standard_grade, ord: null }
      parties.push(party)
      made.push(party)
      byId.set(party.party_id, party)
      index(party)
      return party
    },
    /** The names from below the root down to the department, such as 三年级/1班. */
    pathOf(party_id: number): string {
      const names: string[] = []
      for (let party = byId.get(party_id); party && party !== root; party = byId.get(party.parentid)) names.unshift(party.name)
      return names.join('/')
    },
  }
}
export type PartyTree = ReturnType<typeof partyTree>

const plainName = (name: string) => nfkc(name).toLowerCase().replaceAll(/\s/g, '')
const nameKey = (type: number, name: string) => `${type}\n${plainName(name)}`
const childKey = (parentid: number, type: number, name: string) => `${parentid}\n${nameKey(type, name)}`
export const isSameName = (one: string, other: string) => plainName(one) === plainName(other)
