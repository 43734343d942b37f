import { gradeNamed, registerYear } from '../grades.ts'
import { nextId, partyType } from '../party.ts'
import type { PartyRow } from '../store_parties.ts'

/**
 * The departments of a school in memory, to which an import adds those it needs. `takenIds` are not given to new ones. Names are
 * compared without regard to full-width characters, case and spaces: 三年级（1）班 equals 三年级(1)班. `now` is in Unix seconds.
 */
export function partyTree(existing: readonly PartyRow[], takenIds: ReadonlySet<number>, now: number) {
  const ids = new Set(takenIds)
  const parties = [...existing]
  const made: PartyRow[] = []
  const byId = new Map(parties.map((party) => [party.party_id, party]))
  const childrenById = Map.groupBy(parties, (party) => party.parentid)
  const root = parties.find((party) => party.type === partyType.school) as PartyRow
  return {
    root,
    parties,
    /** the departments that were added */
    made,
    /** The department of this type and name directly under `above`. */
    child: (above: PartyRow, type: number, name: string) =>
      (childrenById.get(above.party_id) ?? []).find((party) => party.type === type && isSameName(party.name, name)),
    /** All departments of this type and name, wherever they stand. */
    named: (type: number, name: string) => parties.filter((party) => party.type === type && isSameName(party.name, name)),
    /** Adds a department. A grade with the name of a standard grade becomes that grade, in this school year. */
    make(above: PartyRow, type: number, name: string): PartyRow {
      const party_id = nextId(ids)
      ids.add(party_id)
      const standard_grade = type === partyType.grade ? (gradeNamed(name) ?? null) : null
      const register_year = standard_grade === null ? null : registerYear(standard_grade, now)
      const party = { party_id, parentid: above.party_id, type, name, register_year, standard_grade, ord: null }
      parties.push(party)
      made.push(party)
      byId.set(party_id, party)
      childrenById.set(above.party_id, [...(childrenById.get(above.party_id) ?? []), party])
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

const plainName = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '')
export const isSameName = (one: string, other: string) => plainName(one) === plainName(other)
