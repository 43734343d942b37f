import { flagsOfHouseholds } from '../attendance/roll/counts.ts'
import type { Roll } from '../attendance/roll/roll.ts'
import { householdStanding } from '../register/household.ts'
import { type Standing, standingByLetter, tooShortLetter } from '../register/standing.ts'

/** The letter of each standing for a viewer who has not watched, unless the standing says that the viewer has. */
const letterByStanding: Readonly<Record<Standing, string>> = { outside: 'o', not_subscribed: 'n', excused: 'e', watched: 'w', missing: 'm' }

/**
 * The roll with the letter of every line replaced by that of its household, so that a list of lines with one letter has the households of
 * that standing. A missing household counts as too short if one of its viewers watched too little. Visitors keep their letter.
 */
export function rollOfHouseholds(roll: Roll): Roll {
  const { letters, studentIndex, students } = roll
  const isTooShort = new Uint8Array(students.length)
  for (let at = letters.indexOf(tooShortLetter); at >= 0; at = letters.indexOf(tooShortLetter, at + 1))
    isTooShort[studentIndex[at] as number] = 1
  const lettersOfHouseholds = Array.from(flagsOfHouseholds(roll), (flags, student) => {
    const standing = householdStanding(flags)
    return isTooShort[student] && standing === standingByLetter[tooShortLetter] ? tooShortLetter : letterByStanding[standing]
  })
  return { ...roll, letters: Array.from(letters, (letter, at) => lettersOfHouseholds[studentIndex[at] as number] ?? letter).join('') }
}
