import { nfkc } from '../roster/nfkc.ts'

/** What a displayed name may mean: the name of a student, or with `relation` that parent of the student. */
export type NameForm = { readonly student: string; readonly relation?: Relation }

/** Words for a relation to the child; the words of a list mean the same. `parent` is any of them. */
const wordsByRelation = {
  mother: ['妈妈', '母亲', '妈', 'mother', 'mama', 'mom', 'mum'],
  father: ['爸爸', '父亲', '爸', 'father', 'papa', 'dad'],
  paternalGrandfather: ['爷爷'],
  paternalGrandmother: ['奶奶'],
  maternalGrandfather: ['外公', '姥爷'],
  maternalGrandmother: ['外婆', '姥姥'],
  parent: ['家长', '监护人', 'parent', 'guardian'],
} as const
export type Relation = keyof typeof wordsByRelation

const relationByWord = new Map(
  (Object.keys(wordsByRelation) as Relation[]).flatMap((relation) => wordsByRelation[relation].map((word) => [word as string, relation])),
)
/** Longer words first, so that 妈妈 is not read as 妈. */
const relationWords = [...relationByWord.keys()].sort((a, b) => b.length - a.length)

/** The relation that a text says, such as 妈妈 or Mother; undefined for any other text. */
export const relationOf = (text: string): Relation | undefined => relationByWord.get(plainName(text).toLowerCase())

/** Whether a parent of `relation`, as the roster has it, may be whom a displayed name calls `asked`. */
export const isRelation = (asked: Relation, relation: string): boolean => asked === 'parent' || relationOf(relation) === asked

/** A name in NFKC, with one space where there were several characters of white space. */
export const plainName = (name: string) => nfkc(name).trim().replaceAll(/\s+/g, ' ')

/**
 * What a displayed name may mean, the likeliest first: 张三 is a student, 张三妈妈, 张三的妈妈 and 张三(妈妈) the mother, and of `Lei (李雷)`
 * either may be the name. Brackets and relations are read at the end of the name alone; anything else is left to a person.
 */
export function nameForms(name: string): NameForm[] {
  const plain = plainName(name)
  if (plain === '') return []
  const [, outside = '', inside = ''] = /^([^()]+)\(([^()]+)\)$/.exec(plain.replace('【', '(').replace('】', ')')) ?? []
  const relation = inside && relationOf(inside)
  const forms: NameForm[] = relation
    ? [{ student: outside.trim(), relation }]
    : [plain, outside, inside.replace(/^original (?:name: ?)?/i, '')]
        .filter(Boolean)
        .flatMap((part) => [{ student: part.trim() }, ...ofParent(part.trim())])
  const withoutSpaces = plain.replaceAll(' ', '')
  return withoutSpaces === plain ? forms : [...forms, { student: withoutSpaces }, ...ofParent(withoutSpaces)]
}

/** 张三妈妈 read as the mother of 张三; nothing where the name does not end in a word for a relation. */
function ofParent(name: string): NameForm[] {
  const lower = name.toLowerCase()
  if (relationByWord.has(lower)) return []
  const word = relationWords.find((each) => lower.endsWith(each) && lower.length > each.length)
  if (!word) return []
  const student = name
    .slice(0, -word.length)
    .replace(/(?:的|['’]s?|[-_—·])? ?$/, '')
    .trim()
  return student === '' ? [] : [{ student, relation: relationByWord.get(word) as Relation }]
}

/**
 * The texts within a displayed name that may be a student's name, such as 张三 in 三年级1班张三: every two to four Chinese characters in a row, and
 * every one to three words of other letters. Whoever is found so is proposed to a person, and never identified by it.
 */
export function namesWithin(name: string): string[] {
  const found = new Set<string>()
  for (const [run] of plainName(name).matchAll(/\p{Script=Han}+/gu)) {
    const characters = [...run]
    for (let from = 0; from < characters.length; from++)
      for (let to = from + 2; to <= Math.min(from + 4, characters.length); to++) found.add(characters.slice(from, to).join(''))
  }
  const words = plainName(name).match(/(?!\p{Script=Han})\p{L}+/gu) ?? []
  for (let from = 0; from < words.length; from++)
    for (let to = from + 1; to <= Math.min(from + 3, words.length); to++) found.add(words.slice(from, to).join(' '))
  return [...found]
}
