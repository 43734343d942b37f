import { householdFlags, householdStanding } from '../../register/household.ts'
import { addCount, type Counts, noCounts } from '../../register/standing.ts'
import type { ReportedLine } from './lines.ts'

type Household = {
  student_no: number
  student_userid: string
  name: string
  partyids: number[]
  parent_userids: string[]
  flags: number
}

/**
 * Counts lines as they come: in all, by class and by household.
 *
 * @param names of classes by party id
 */
export function tally(names: ReadonlyMap<number, string>) {
  const all = noCounts()
  const countsByClass = new Map<number, Counts>()
  const householdsByStudent = new Map<number, Household>()
  let outsiders = 0
  let visitors = 0

  const householdOf = ({ student_no, shown }: ReportedLine): Household => {
    let household = householdsByStudent.get(student_no)
    if (!household) {
      const { student_userid = '', name, partyids } = shown
      household = { student_no, student_userid, name, partyids, parent_userids: [], flags: 0 }
      householdsByStudent.set(student_no, household)
    }
    return household
  }
  const householdsStanding = (standing: 'watched' | 'missing') =>
    [...householdsByStudent.values()].filter(({ flags }) => householdStanding(flags) === standing)

  return {
    add(line: ReportedLine): void {
      const { standing, shown, hasWatched } = line
      if (shown.reason === 'visitor') visitors++
      if (shown.reason === 'outsider') outsiders++
      if (line.student_no > 0) {
        const household = householdOf(line)
        if (shown.parent_userid !== undefined && line.in_range) household.parent_userids.push(shown.parent_userid)
        household.flags |= householdFlags(standing, hasWatched)
      }
      if (!line.in_range) return
      addCount(all, standing)
      for (const partyid of shown.partyids) {
        const counts = countsByClass.get(partyid) ?? noCounts()
        countsByClass.set(partyid, counts)
        addCount(counts, standing)
      }
    },
    counts() {
      const households_missing = householdsStanding('missing').length
      return { ...all, households: householdsStanding('watched').length + households_missing, households_missing, outsiders, visitors }
    },
    /** In the order of party ids. */
    classes: () =>
      [...countsByClass].sort(([a], [b]) => a - b).map(([partyid, counts]) => ({ partyid, name: names.get(partyid) ?? '', ...counts })),
    /** The households in which nobody watched and somebody was expected to, in the order of student numbers. */
    missingHouseholds: () =>
      householdsStanding('missing')
        .sort((a, b) => a.student_no - b.student_no)
        .map(({ flags: _, ...household }) => household),
  }
}
