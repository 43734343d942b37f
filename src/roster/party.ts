import type { PlacedClass } from '../register/range.ts'
import type { Db } from '../store/db.ts'
import { classMoves, type MoveRow } from './store_class_moves.ts'
import { insertParty, type PartyRow } from './store_parties.ts'

/** The tree of a school's departments (parties), WeCom pages 92340-92344. Creating, changing and deleting one: parties/. */
export const partyType = { class: 1, grade: 2, stage: 3, campus: 4, school: 5 } as const

/** The id of the root, which is the school itself. It can be neither moved nor deleted. */
export const rootId = 1

/** The statement that makes the root of a new corp. */
export const rootParty = (corp_no: number, name: string) =>
  insertParty(corp_no, {
    party_id: rootId,
    parentid: 0,
    type: partyType.school,
    name,
    register_year: null,
    standard_grade: null,
    ord: null,
  })

/** One more than the highest id; once the highest int32 is taken, the lowest free id from 2 on. `taken` must not be empty. */
export function nextId(taken: ReadonlySet<number>): number {
  let id = Math.max(...taken) + 1
  if (id >= 2 ** 31) for (id = 2; taken.has(id); ) id++
  return id
}

/** The ids of these parties, and the old ids of classes whose students have not all been moved to the new id yet. */
export async function takenIds(db: Db, corp_no: number, parties: readonly PartyRow[]): Promise<Set<number>> {
  const moves = await db.all<MoveRow>(classMoves(corp_no))
  return new Set([...parties, ...moves].map((row) => row.party_id))
}

/** The id of each of these classes, and the ids of all parties it is in: itself, and every party above it up to the root. */
export function placed(parties: readonly PartyRow[], classes: readonly PartyRow[]): PlacedClass[] {
  const byId = new Map(parties.map((each) => [each.party_id, each]))
  return classes.map((party) => {
    const within: number[] = []
    for (let next: PartyRow | undefined = party; next; next = byId.get(next.parentid)) within.push(next.party_id)
    return { class_id: party.party_id, within }
  })
}

/** A party and all parties below it, of any type; undefined where there is no such party. */
export function branch(parties: readonly PartyRow[], party_id: number): PartyRow[] | undefined {
  const top = parties.find((party) => party.party_id === party_id)
  if (!top) return undefined
  const found = [top]
  const childrenByParent = Map.groupBy(parties, (party) => party.parentid)
  for (const party of found) found.push(...(childrenByParent.get(party.party_id) ?? []))
  return found
}

/** The ids of the classes among a party and the parties below it; undefined where there is no such party. */
export const classesWithin = (parties: readonly PartyRow[], party_id: number): number[] | undefined =>
  branch(parties, party_id)
    ?.filter((party) => party.type === partyType.class)
    .map((party) => party.party_id)
