import { isPartyName } from '../parties/rules.ts'
import { partyType } from '../party.ts'
import type { PartyRow } from '../store_parties.ts'
import { isSameName, type PartyTree, partyTree } from './party_tree.ts'
import { quoted, type Reason, type Values } from './reasons.ts'

/** A class of the school, or of those to be made; otherwise the reason why the name means no class. */
export type FoundClass = { readonly party: PartyRow } | { readonly reason: Reason; readonly values: Values }

/**
 * Finds the classes that a file names, and adds those that do not exist yet, with the grades above them, to `made`. A class is found
 * under the names that people use for one and the same class: 1班 under 三年级 is 三年级1班. `now` is in Unix seconds.
 */
export function classFinder(parties: readonly PartyRow[], takenIds: ReadonlySet<number>, now: number) {
  const tree = partyTree(parties, takenIds, now)
  const foundByPath = new Map<string, FoundClass>()
  return {
    made: tree.made,
    parties: tree.parties,
    pathOf: tree.pathOf,
    /** `path`: names from the top, such as ["三年级", "1班"], or the name of a class alone. */
    classOf(path: readonly string[]): FoundClass {
      const key = path.join('\n')
      const found = foundByPath.get(key) ?? find(tree, path)
      foundByPath.set(key, found)
      return found
    },
  }
}
export type Classes = ReturnType<typeof classFinder>

function find(tree: PartyTree, path: readonly string[]): FoundClass {
  // a path may begin with the name of the school itself
  const names = path.length > 2 && isSameName(path[0] as string, tree.root.name) ? path.slice(1) : path
  const badName = names.find((name) => !isPartyName(name))
  if (badName !== undefined) return { reason: 'bad_class', values: { got: quoted(badName) } }
  if (names.length > 4) return { reason: 'which_grade', values: { got: quoted(path.join('/')) } }
  const name = names.at(-1) as string
  return names.length === 1 ? findWithoutGrade(tree, name) : findInGrade(tree, names.slice(0, -1), name)
}

/** A class that is given without its grade: the only class of that name, else a class of the grade that the name begins with. */
function findWithoutGrade(tree: PartyTree, name: string): FoundClass {
  const existing = tree.named(partyType.class, name)
  if (existing.length === 1) return { party: existing[0] as PartyRow }
  const grade = existing.length === 0 ? gradeIn(name) : undefined
  return grade === undefined ? { reason: 'which_grade', values: { got: quoted(name) } } : findInGrade(tree, [grade], name)
}

/** `above`: the names above the class; the last one is the grade. */
function findInGrade(tree: PartyTree, above: readonly string[], name: string): FoundClass {
  const gradeName = above.at(-1) as string
  const parent = findAboveGrade(tree, above.slice(0, -1))
  let grade = tree.child(parent, partyType.grade, gradeName)
  if (!grade && above.length === 1) {
    const elsewhere = tree.named(partyType.grade, gradeName)
    if (elsewhere.length > 1) return { reason: 'which_grade', values: { got: quoted(`${gradeName}/${name}`) } }
    grade = elsewhere[0]
  }
  grade ??= tree.make(parent, partyType.grade, gradeName)
  const startsWithGrade = isSameName(name.slice(0, gradeName.length), gradeName)
  const spellings = [name, gradeName + name, ...(startsWithGrade ? [name.slice(gradeName.length)] : [])]
  for (const spelling of spellings) {
    const party = spelling && tree.child(grade, partyType.class, spelling)
    if (party) return { party }
  }
  return { party: tree.make(grade, partyType.class, name) }
}

/** What the grade stands under: the root, or the campus and the stage that the path names. Of two names, the first is the campus. */
function findAboveGrade(tree: PartyTree, names: readonly string[]): PartyRow {
  let party = tree.root
  for (const [index, name] of names.entries()) {
    const above = party
    const types = names.length === 2 ? [index === 0 ? partyType.campus : partyType.stage] : [partyType.campus, partyType.stage]
    const existing = types.map((type) => tree.child(above, type, name)).find((each) => each !== undefined)
    const type = types.length === 1 ? (types[0] as number) : isStageName(name) ? partyType.stage : partyType.campus
    party = existing ?? tree.make(above, type, name)
  }
  return party
}

/** Whether a name is that of a stage, such as 小学, 高中部, 初中段. Any other name above a grade is taken for a campus. */
const isStageName = (name: string) => /^(?:幼儿园|小学|初中|高中|.*[部段])$/.test(name)

/** The grade that a class's name begins with: 三年级 of 三年级1班, 高一 of 高一(3)班, 2024级 of 2024级2班. */
const gradeIn = (name: string) => /^([^级]{1,8}级|[初高][一二三四]|托班|小班|中班|大班|学前班)(?=.)/.exec(name)?.[1]
