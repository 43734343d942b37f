import type { Living } from '../living/store.ts'
import type { ConsoleServing } from './page_request.ts'
import { validSessions } from './session.ts'
import type { SessionRow } from './store.ts'
import { type Visibility, visibilityOf, visibleClassesOf } from './visibility.ts'

/** Whose stream it is, and what it shows. */
export type StreamAccess = {
  readonly key_hash: string
  /** the classes that the account may see, when the stream was opened */
  readonly visibleClasses: ReadonlySet<number> | undefined
  /** what `visibleClasses` was read from: see `basisOf` */
  basis: string
}

/** What decides which classes of a living an account may see. It is compared as text, so that most polls read no roster. */
export const basisOf = ({ role, userid, classes, roster_version }: SessionRow, { anchor_userid }: Pick<Living, 'anchor_userid'>) =>
  JSON.stringify([role, userid, classes, roster_version, anchor_userid])

/**
 * The streams of a living that may not go on: their session has ended, or their account may no longer see the same classes.
 *
 * @param streams all of one school
 */
export async function refusedStreams<Stream extends StreamAccess>(
  { db, clock, demo }: ConsoleServing,
  living: Living,
  streams: readonly Stream[],
): Promise<Stream[]> {
  const key_hashes = [...new Set(streams.map(({ key_hash }) => key_hash))]
  const sessions = new Map((await validSessions(db, living.corp_no, key_hashes, clock(), demo)).map((row) => [row.key_hash, row]))
  const visibilities = new Map<number, Visibility>()
  const refused: Stream[] = []
  for (const stream of streams) {
    const session = sessions.get(stream.key_hash)
    if (!session) {
      refused.push(stream)
      continue
    }
    const basis = basisOf(session, living)
    if (stream.basis === basis) continue
    const visibility = visibilities.get(session.account_no) ?? (await visibilityOf(db, session))
    visibilities.set(session.account_no, visibility)
    if (isSameSet(visibleClassesOf(visibility, living), stream.visibleClasses)) stream.basis = basis
    else refused.push(stream)
  }
  return refused
}

const isSameSet = (one: ReadonlySet<number> | undefined, other: ReadonlySet<number> | undefined) =>
  one === other || (one !== undefined && other !== undefined && one.symmetricDifference(other).size === 0)
