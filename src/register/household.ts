import { isExpected, type Standing } from './standing.ts'

/**
 * Where a household, a student and the parents, stands: the flags of its lines, combined with `|`. It is expected when one of its viewers
 * is, and has watched when one of its viewers has, expected or not.
 */
const inRange = 1
const expected = 2
const watched = 4
const excused = 8

/** How many different combinations of flags there are. */
export const householdFlagsCount = 16

/** What one line adds to its household. `hasWatched`: whether the viewer watched, which says something of lines that are not expected. */
export function householdFlags(standing: Standing, hasWatched: boolean): number {
  const watching = standing === 'watched' || (hasWatched && standing !== 'missing') ? watched : 0
  if (standing === 'outside') return watching
  return inRange | watching | (isExpected(standing) ? expected : 0) | (standing === 'excused' ? excused : 0)
}

/** A household of which nobody is expected counts as excused where somebody is excused, and else as not subscribed. */
export function householdStanding(flags: number): Standing {
  if (!(flags & inRange)) return 'outside'
  if (flags & expected) return flags & watched ? 'watched' : 'missing'
  return flags & excused ? 'excused' : 'not_subscribed'
}
