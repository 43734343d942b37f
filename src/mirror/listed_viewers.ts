import { type MirroredRegister, mirroredRegister } from '../living/store_mirrored.ts'
import { type MirroredRow, mirroredRows } from '../register/mirrored.ts'
import type { KnownRow } from '../roster/store_households.ts'
import type { Db } from '../store/db.ts'
import type { Lists } from './host.ts'

/** Which local viewer a row of the host's lists means. The host names people by userid, and a userid may have had several owners. */

type Person = { student_userid: string; parent_userid?: string | null | undefined }

/** Returns the key of a person in a `Roster`. Userids are case-insensitive. */
export const personKey = ({ student_userid, parent_userid }: Person) => `${student_userid} ${parent_userid ?? ''}`.toLowerCase()

/**
 * The local viewers of a school by `personKey`, including those who have left. Of the viewers with one key, the one on the roster is
 * last, and otherwise the one who came last.
 */
export type Roster = ReadonlyMap<string, readonly KnownRow[]>

/** What the last pull of a living found: who had a line, and whether they had watched; and whether the living had ended then. */
export type LastPull = { readonly hasWatchedByViewer: ReadonlyMap<number, boolean>; readonly hadEnded: boolean }

/**
 * Reads what the last pull of a living found. Reads no lines where no userid of the lists has had a second owner, because only then
 * `viewerFinder` needs them. `hadEnded`: whether the living had ended at the last pull.
 */
export async function lastPull(
  db: Db,
  corp_no: number,
  livingid: string,
  hadEnded: boolean,
  { unwatched, watched }: Lists,
  roster: Roster,
): Promise<LastPull> {
  const isNeeded = [...unwatched, ...watched].some(
    (row) => row.student_userid !== undefined && (roster.get(personKey(row))?.length ?? 0) > 1,
  )
  const [register] = isNeeded ? await db.all<MirroredRegister>(mirroredRegister(corp_no, livingid)) : []
  const rows = register ? await db.all<MirroredRow>(mirroredRows(corp_no, register.living_no)) : []
  return { hasWatchedByViewer: new Map(rows.map((row) => [row.viewer_no, row.watch_time !== null])), hadEnded }
}

/**
 * Returns a function that gives the viewer whom a row of a list means. A row means the latest owner of the userid, except that an
 * earlier owner keeps the line that the last pull found: on the watched list in any living, because who has watched stays on that list;
 * on the unwatched list in a living that had ended, because the host's list does not change any more. Each earlier owner has one row.
 *
 * All people asked for must be in `roster`.
 */
export function viewerFinder(roster: Roster, { hasWatchedByViewer, hadEnded }: LastPull) {
  const foundViewers = new Set<number>()
  return (row: Person, hasWatched: boolean): KnownRow => {
    const owners = roster.get(personKey(row)) as readonly KnownRow[]
    const keepsLine = ({ viewer_no }: KnownRow) => !foundViewers.has(viewer_no) && hasWatchedByViewer.get(viewer_no) === hasWatched
    const earlier = hasWatched || hadEnded ? owners.slice(0, -1).find(keepsLine) : undefined
    if (earlier) foundViewers.add(earlier.viewer_no)
    return earlier ?? (owners.at(-1) as KnownRow)
  }
}
