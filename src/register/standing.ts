import { verbatim } from '../store/sql.ts'

/**
 * Where a viewer's line stands. This file alone defines it, as SQL and as functions. The first that applies:
 *
 *   outside         not in range: a visitor, an outsider, or somebody who left the class
 *   not_subscribed  in range, but does not follow 「学校通知」
 *   excused         in range and subscribed, but excused
 *   watched         expected, and has watched
 *   missing         expected, and has not
 *
 * So that in_range = not_subscribed + excused + expected, and expected = watched + missing.
 */
export const standings = ['outside', 'not_subscribed', 'excused', 'watched', 'missing'] as const
export type Standing = (typeof standings)[number]

type Line = { in_range: boolean; is_subscribe: boolean; isExcused: boolean; hasWatched: boolean }

export function standingOf({ in_range, is_subscribe, isExcused, hasWatched }: Line): Standing {
  if (!in_range) return 'outside'
  if (!is_subscribe) return 'not_subscribed'
  if (isExcused) return 'excused'
  return hasWatched ? 'watched' : 'missing'
}

export const isExpected = (standing: Standing) => standing === 'watched' || standing === 'missing'

/** SQL: the condition of a missing line. Word for word that of the partial index on `attendance`, else the index is not used. */
export const isMissingSql = verbatim('in_range = 1 and is_subscribe = 1 and excused is null and watched = 0')

/**
 * SQL: one letter for the standing of a line and for whether its viewer has watched, which a line can have that nobody expects:
 * m missing, w watched, e excused, n not subscribed, o outside, v visitor; E, N, O the same having watched.
 *
 * @param line the alias of table `attendance`
 */
export const standingLetter = (line: string) =>
  verbatim(`case
    when ${line}.viewer_no < 0 then 'v'
    when ${line}.in_range = 0 then case when ${line}.watched = 1 then 'O' else 'o' end
    when ${line}.is_subscribe = 0 then case when ${line}.watched = 1 then 'N' else 'n' end
    when ${line}.excused is not null then case when ${line}.watched = 1 then 'E' else 'e' end
    when ${line}.watched = 1 then 'w'
    else 'm' end`)

/** The letter of a line that would be `w` if any watching counted, where a minimum is asked for and the viewer watched less. */
export const tooShortLetter = 's'

export const standingByLetter: Readonly<Record<string, Standing>> = {
  v: 'outside',
  o: 'outside',
  O: 'outside',
  n: 'not_subscribed',
  N: 'not_subscribed',
  e: 'excused',
  E: 'excused',
  w: 'watched',
  m: 'missing',
  [tooShortLetter]: 'missing',
}

export const hasWatchedByLetter = (letter: string) => 'wENO'.includes(letter)

export type Counts = { in_range: number; not_subscribed: number; excused: number; expected: number; watched: number; missing: number }

export const noCounts = (): Counts => ({ in_range: 0, not_subscribed: 0, excused: 0, expected: 0, watched: 0, missing: 0 })

/** Adds `howMany` lines of one standing to counts. Lines outside are not counted. */
export function addCount(counts: Counts, standing: Standing, howMany = 1): void {
  if (standing === 'outside') return
  counts.in_range += howMany
  counts[standing] += howMany
  if (isExpected(standing)) counts.expected += howMany
}
