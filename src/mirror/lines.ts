import { visitorNumber } from '../attendance/presence/stays.ts'
import type { Watched } from '../client/client.ts'
import { personEntry, visitorEntry } from '../register/entry.ts'
import type { MirroredLine } from '../register/mirrored.ts'
import type { KnownRow } from '../roster/store_households.ts'
import type { Lists } from './host.ts'

type Person = { student_userid: string; parent_userid?: string | null | undefined }
export const keyOfPerson = ({ student_userid, parent_userid }: Person) => `${student_userid} ${parent_userid ?? ''}`.toLowerCase()

export type Roster = ReadonlyMap<string, KnownRow>

/** Whom the lists name and the roster does not know at all. */
export const unknownOf = ({ unwatched, watched }: Lists, roster: Roster) =>
  [...unwatched, ...watched].flatMap((row) =>
    row.student_userid === undefined || roster.has(keyOfPerson(row))
      ? []
      : [{ student_userid: row.student_userid, parent_userid: row.parent_userid }],
  )

/**
 * The register that two lists of ids make. Unwatched: expected, and missing. Watched: in range where a class of theirs is. On neither
 * list: in a class of the range and not counted, which is who does not follow 学校通知; whose flag says that they do follow came or
 * followed later, and gets no line.
 */
export function registerOf(lists: Lists, roster: Roster, classes: readonly number[], saysWhoFollows: boolean): MirroredLine[] {
  const range = new Set(classes)
  const isIn = (partyids: readonly number[]) => range.size === 0 || partyids.some((id) => range.has(id))
  const lines = new Map<number, MirroredLine>()
  const knownOf = (row: Person) => roster.get(keyOfPerson(row)) as KnownRow
  for (const row of lists.unwatched) {
    const { viewer_no } = knownOf(row)
    lines.set(viewer_no, { viewer_no, in_range: 1, is_subscribe: 1, entry: personEntry(row), watching: undefined })
  }
  const visitors = new Map<string, number>()
  for (const row of lists.watched) {
    const watching = watchingOf(row)
    if (row.kind === 'visitor') {
      const viewer_no = visitorNumber(visitorId(row, visitors))
      lines.set(viewer_no, { viewer_no, in_range: 0, is_subscribe: 0, entry: visitorEntry(row.nickname), watching })
      continue
    }
    const { viewer_no, is_subscribe, active } = knownOf(row)
    const wasExpected = lines.has(viewer_no)
    const follows = wasExpected || active === 0 || (row.kind === 'student' && !saysWhoFollows) ? 1 : is_subscribe
    const in_range = wasExpected || isIn(row.partyids) ? 1 : 0
    lines.set(viewer_no, { viewer_no, in_range, is_subscribe: follows, entry: personEntry(row), watching })
  }
  if (range.size > 0)
    for (const { viewer_no, student_userid, parent_userid, partyids: text, is_subscribe, active } of roster.values()) {
      const partyids = text.split(',').filter(Boolean).map(Number)
      const isSaid = parent_userid !== null || saysWhoFollows
      if (lines.has(viewer_no) || active === 0 || !isIn(partyids) || (isSaid && is_subscribe === 1)) continue
      const entry = personEntry({ student_userid, parent_userid: parent_userid ?? undefined, partyids })
      lines.set(viewer_no, { viewer_no, in_range: 1, is_subscribe: 0, entry, watching: undefined })
    }
  return [...lines.values()].sort((one, other) => one.viewer_no - other.viewer_no)
}

const watchingOf = ({ watch_time, enter_time, leave_time, is_comment }: Watched) => ({ watch_time, enter_time, leave_time, is_comment })

/** Visitors have a nickname and no id: who came first under a name at a second is the same one when it is read again. */
function visitorId({ nickname, enter_time }: { nickname: string } & Pick<Watched, 'enter_time'>, met: Map<string, number>): string {
  const name = `${nickname} ${enter_time}`
  const nth = (met.get(name) ?? 0) + 1
  met.set(name, nth)
  return `mirror ${name} ${nth}`
}
