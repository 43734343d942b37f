import { visitorNumber } from '../attendance/presence/stays.ts'
import type { Watched } from '../client/client.ts'
import { personEntry, visitorEntry } from '../register/entry.ts'
import type { MirroredLine } from '../register/mirrored.ts'
import type { Lists } from './host.ts'
import { type LastPull, personKey, type Roster, viewerFinder } from './listed_viewers.ts'

/** Returns the people of the lists who are not in the roster, not even as somebody who has left. */
export const unknownPeople = ({ unwatched, watched }: Lists, roster: Roster) =>
  [...unwatched, ...watched].flatMap((row) =>
    row.student_userid === undefined || roster.has(personKey(row))
      ? []
      : [{ student_userid: row.student_userid, parent_userid: row.parent_userid }],
  )

/**
 * Derives the lines of a living's register from the host's two lists, sorted by viewer number.
 *
 * - On the unwatched list: in range, subscribed, not watched.
 * - On the watched list: watched; in range if a class of theirs is.
 * - On neither list, but in a class of the range: in range and not subscribed to 学校通知, because the host lists only subscribers.
 *   Somebody on neither list whose local flag says "subscribed" joined or subscribed after the living, and gets no line.
 *
 * All people of the lists must be in `roster`. `classes` are the classes of the range; none means that the range is not known.
 */
export function registerLines(
  lists: Lists,
  roster: Roster,
  lastPull: LastPull,
  classes: readonly number[],
  hasStudentSubscriptions: boolean,
): MirroredLine[] {
  const rangePartyids = new Set(classes)
  const isInRange = (partyids: readonly number[]) => rangePartyids.size === 0 || partyids.some((id) => rangePartyids.has(id))
  const linesByViewer = new Map<number, MirroredLine>()
  const viewerOf = viewerFinder(roster, lastPull)
  for (const row of lists.unwatched) {
    const { viewer_no } = viewerOf(row, false)
    linesByViewer.set(viewer_no, { viewer_no, in_range: 1, is_subscribe: 1, entry: personEntry(row), watching: undefined })
  }
  const visitorCounts = new Map<string, number>()
  for (const row of lists.watched) {
    const watching = watchingOf(row)
    if (row.kind === 'visitor') {
      const viewer_no = visitorNumber(visitorId(row, visitorCounts))
      linesByViewer.set(viewer_no, { viewer_no, in_range: 0, is_subscribe: 0, entry: visitorEntry(row.nickname), watching })
      continue
    }
    const viewer = viewerOf(row, true)
    const { viewer_no } = viewer
    const isOnBothLists = linesByViewer.has(viewer_no)
    // Somebody who is listed was subscribed at the time, unless the host says otherwise of a person who is still on the roster.
    const isFlagUnknown = viewer.active === 0 || (row.kind === 'student' && !hasStudentSubscriptions)
    const is_subscribe = isOnBothLists || isFlagUnknown ? 1 : viewer.is_subscribe
    const in_range = isOnBothLists || isInRange(row.partyids) ? 1 : 0
    linesByViewer.set(viewer_no, { viewer_no, in_range, is_subscribe, entry: personEntry(row), watching })
  }
  if (rangePartyids.size > 0)
    for (const { viewer_no, student_userid, parent_userid, partyids: text, is_subscribe, active } of [...roster.values()].flat()) {
      const partyids = text.split(',').filter(Boolean).map(Number)
      const isFlagKnown = parent_userid !== null || hasStudentSubscriptions
      if (linesByViewer.has(viewer_no) || active === 0 || !isInRange(partyids) || (isFlagKnown && is_subscribe === 1)) continue
      const entry = personEntry({ student_userid, parent_userid: parent_userid ?? undefined, partyids })
      linesByViewer.set(viewer_no, { viewer_no, in_range: 1, is_subscribe: 0, entry, watching: undefined })
    }
  return [...linesByViewer.values()].sort((one, other) => one.viewer_no - other.viewer_no)
}

const watchingOf = ({ watch_time, enter_time, leave_time, is_comment }: Watched) => ({ watch_time, enter_time, leave_time, is_comment })

/**
 * Returns an id for a visitor, of whom the host gives only a nickname. Visitors with the same nickname who came in the same second are
 * numbered in the order of the list, so that another run gives the same ids. `counts` maps nickname and second to the last number.
 */
function visitorId({ nickname, enter_time }: { nickname: string } & Pick<Watched, 'enter_time'>, counts: Map<string, number>): string {
  const name = `${nickname} ${enter_time}`
  const number = (counts.get(name) ?? 0) + 1
  counts.set(name, number)
  return `mirror ${name} ${number}`
}
