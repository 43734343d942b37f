import type { ReportedLine } from './lines.ts'
import { isMissing, type Reason } from './reason.ts'

/** in_range = not_subscribed + excused + expected; expected = watched + missing. */
export type Counts = { in_range: number; not_subscribed: number; excused: number; expected: number; watched: number; missing: number }
type Family = {
  student_no: number
  student_userid: string
  name: string
  partyids: number[]
  parent_userids: string[]
  expected: boolean
  watched: boolean
}

const none = (): Counts => ({ in_range: 0, not_subscribed: 0, excused: 0, expected: 0, watched: 0, missing: 0 })

/** Counts lines in all, by class and by household: a student and the parents. A household is missing when one of it was expected and nobody watched. */
export function tally(names: ReadonlyMap<number, string>) {
  const all = none()
  const byClass = new Map<number, Counts>()
  const families = new Map<number, Family>()
  let outsiders = 0
  let visitors = 0
  const household = ({ student_no, shown }: ReportedLine): Family => {
    let family = families.get(student_no)
    if (!family) {
      const { student_userid = '', name, partyids } = shown
      family = { student_no, student_userid, name, partyids, parent_userids: [], expected: false, watched: false }
      families.set(student_no, family)
    }
    return family
  }
  return {
    add(line: ReportedLine): void {
      const reason = line.shown.reason as Reason
      if (reason === 'visitor') visitors++
      if (reason === 'outsider') outsiders++
      if (line.student_no > 0) {
        const family = household(line)
        if (line.shown.parent_userid !== undefined && line.in_range) family.parent_userids.push(line.shown.parent_userid)
        family.expected ||= reason === 'watched' || isMissing(reason)
        family.watched ||= reason === 'watched' || (line.watching !== undefined && !isMissing(reason))
      }
      if (!line.in_range) return
      count(all, reason)
      for (const partyid of line.shown.partyids) {
        const counts = byClass.get(partyid) ?? none()
        byClass.set(partyid, counts)
        count(counts, reason)
      }
    },
    counts() {
      const expected = [...families.values()].filter((family) => family.expected)
      return {
        ...all,
        households: expected.length,
        households_missing: expected.filter((family) => !family.watched).length,
        outsiders,
        visitors,
      }
    },
    classes: () =>
      [...byClass].sort(([a], [b]) => a - b).map(([partyid, counts]) => ({ partyid, name: names.get(partyid) ?? '', ...counts })),
    /** In the order of their numbers. */
    idleFamilies: () =>
      [...families.values()]
        .filter((family) => family.expected && !family.watched)
        .sort((a, b) => a.student_no - b.student_no)
        .map(({ expected: _e, watched: _w, ...family }) => family),
  }
}

function count(counts: Counts, reason: Reason): void {
  counts.in_range++
  if (reason === 'not_subscribed') counts.not_subscribed++
  else if (reason === 'excused') counts.excused++
  else {
    counts.expected++
    if (reason === 'watched') counts.watched++
    else counts.missing++
  }
}
