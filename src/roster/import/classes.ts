import { gradeNamed, registerYear } from '../grades.ts'
import { isPartyName, nextId, partyType } from '../parties.ts'
import type { PartyRow } from '../store_parties.ts'
import { type Filled, shown, type Why } from './reasons.ts'

/** A class that is there or is to be made, or why it can be neither. */
export type Found = { readonly party: PartyRow } | { readonly why: Why; readonly fill: Filled }

/**
 * Finds classes by the names people write, and makes those that are not there, with their grades. Names are compared as read, not as
 * typed: 三年级（1）班 is 三年级(1)班, and 1班 under 三年级 is 三年级1班.
 */
export function classFinder(parties: readonly PartyRow[], taken: ReadonlySet<number>, now: number) {
  const ids = new Set(taken)
  const known = [...parties]
  const made: PartyRow[] = []
  const byId = new Map(known.map((party) => [party.party_id, party]))
  const below = Map.groupBy(known, (party) => party.parentid)
  const found = new Map<string, Found>()
  const root = known.find((party) => party.type === partyType.school) as PartyRow

  const under = (above: PartyRow, type: number, name: string) =>
    (below.get(above.party_id) ?? []).find((party) => party.type === type && isSame(party.name, name))

  function make(above: PartyRow, type: number, name: string): PartyRow {
    const party_id = nextId(ids)
    ids.add(party_id)
    const standard_grade = type === partyType.grade ? (gradeNamed(name) ?? null) : null
    const register_year = standard_grade === null ? null : registerYear(standard_grade, now)
    const party = { party_id, parentid: above.party_id, type, name, register_year, standard_grade, ord: null }
    known.push(party)
    made.push(party)
    byId.set(party_id, party)
    below.set(above.party_id, [...(below.get(above.party_id) ?? []), party])
    return party
  }

  function alone(name: string): Found {
    const same = known.filter((party) => party.type === partyType.class && isSame(party.name, name))
    if (same.length === 1) return { party: same[0] as PartyRow }
    const grade = same.length === 0 ? gradeIn(name) : undefined
    return grade === undefined ? { why: 'which_grade', fill: { got: shown(name) } } : inGrade([grade], name)
  }

  function inGrade(above: readonly string[], name: string): Found {
    const gradeName = above.at(-1) as string
    const standing = standingIn(above.slice(0, -1))
    let grade = under(standing, partyType.grade, gradeName)
    if (!grade && above.length === 1) {
      const elsewhere = known.filter((party) => party.type === partyType.grade && isSame(party.name, gradeName))
      if (elsewhere.length > 1) return { why: 'which_grade', fill: { got: shown(`${gradeName}/${name}`) } }
      grade = elsewhere[0]
    }
    grade ??= make(standing, partyType.grade, gradeName)
    const wishes = [name, gradeName + name, ...(isSame(name.slice(0, gradeName.length), gradeName) ? [name.slice(gradeName.length)] : [])]
    for (const wish of wishes) {
      const party = wish && under(grade, partyType.class, wish)
      if (party) return { party }
    }
    return { party: make(grade, partyType.class, name) }
  }

  /** Campus and stage, where a path names them. */
  function standingIn(names: readonly string[]): PartyRow {
    let standing = root
    for (const [index, name] of names.entries()) {
      const types = names.length === 2 ? [index === 0 ? partyType.campus : partyType.stage] : [partyType.campus, partyType.stage]
      const there = types.map((type) => under(standing, type, name)).find((party) => party !== undefined)
      const type = types.length === 1 ? (types[0] as number) : isStageName(name) ? partyType.stage : partyType.campus
      standing = there ?? make(standing, type, name)
    }
    return standing
  }

  function find(path: readonly string[]): Found {
    const names = path.length > 2 && isSame(path[0] as string, root.name) ? path.slice(1) : path
    const wrong = names.find((name) => !isPartyName(name))
    if (wrong !== undefined) return { why: 'bad_class', fill: { got: shown(wrong) } }
    if (names.length > 4) return { why: 'which_grade', fill: { got: shown(path.join('/')) } }
    const name = names.at(-1) as string
    return names.length === 1 ? alone(name) : inGrade(names.slice(0, -1), name)
  }

  return {
    made,
    parties: known,
    classOf(path: readonly string[]): Found {
      const key = path.join('\n')
      const before = found.get(key) ?? find(path)
      found.set(key, before)
      return before
    },
    /** As a person reads it: grade/class, with what else stands above. */
    pathOf(party_id: number): string {
      const names: string[] = []
      for (let at = byId.get(party_id); at && at !== root; at = byId.get(at.parentid)) names.unshift(at.name)
      return names.join('/')
    },
  }
}
export type Classes = ReturnType<typeof classFinder>

/** 小学, 高中部, 初中段: a stage. Whatever else stands above grades is a campus. */
const isStageName = (name: string) => /^(?:幼儿园|小学|初中|高中|.*[部段])$/.test(name)

const plain = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '')
const isSame = (one: string, other: string) => plain(one) === plain(other)

/** 三年级 of 三年级1班, 高一 of 高一(3)班, 2024级 of 2024级2班. */
const gradeIn = (name: string) => /^([^级]{1,8}级|[初高][一二三四]|托班|小班|中班|大班|学前班)(?=.)/.exec(name)?.[1]
