import { createHash } from 'node:crypto'
import { visitorNumber } from '../attendance/presence/stays.ts'

/** Somebody as a source outside names them. `identity` is stable within `source` (a userid, an e-mail address, else the name). */
export type Identity = {
  readonly source: string
  readonly identity: string
  readonly name: string
  readonly userid?: string
  readonly student_number?: string
  readonly mobile?: string
  readonly className?: string
}

/** Which viewers somebody is: a parent stands for each of the children in range; `candidates` where a name fits several; both empty where nobody fits. */
export type Identified = { readonly viewer_nos: readonly number[]; readonly candidates: readonly number[] }

/** The most characters that are stored of a source, an identity and a name. A nickname has 64 in the presence call too. */
const mostCharacters = { source: 32, identity: 256, name: 64 } as const

/**
 * An identity as it is stored and compared: without control characters, which PostgreSQL refuses or a line of a list cannot hold, and cut to
 * the most characters. Who has no name is called by the identity.
 */
export function cleanIdentity<Someone extends Identity>(someone: Someone): Someone {
  const identity = cleaned(someone.identity, mostCharacters.identity)
  return {
    ...someone,
    source: cleaned(someone.source, mostCharacters.source),
    identity,
    name: cleaned(someone.name, mostCharacters.name) || cleaned(identity, mostCharacters.name) || '?',
  }
}

const cleaned = (text: string, most: number) =>
  [...text.slice(0, 4 * most).toWellFormed()]
    .filter((character) => !/\p{Cc}/u.test(character))
    .slice(0, most)
    .join('')
    .trim()

/** The viewer number, below zero, under which an identity watches while nobody knows who it is. */
export const visitorOf = ({ source, identity }: Pick<Identity, 'source' | 'identity'>) => visitorNumber(`${source} ${identity}`)

/**
 * What the ids of all stays of an identity begin with, as a visitor's and as a viewer's, followed by a space. It tells them apart from other
 * stays of the viewer, so that a match can be taken back, and from stays with the same id of another identity matched to the same viewer.
 */
export const stayTag = (visitor_no: number) => `~${(-visitor_no).toString(36)}`

/** The most characters of a stay's id, as in the presence call. */
const mostOfStayId = 64

/** The id under which a stay of an identity is stored. An id that would be too long is replaced by its hash. */
export function taggedStayId(visitor_no: number, stay_id: string): string {
  const id = `${stayTag(visitor_no)} ${stay_id}`
  return id.length <= mostOfStayId ? id : `${stayTag(visitor_no)} ${createHash('sha256').update(stay_id).digest('base64url')}`
}
