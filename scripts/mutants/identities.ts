// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source, in which `${…}` is written as it stands there
import type { Mutant } from './mutant.ts'

const identify = 'test/identity/identify.test.ts'
const match = 'test/identity/match.test.ts'
const moments = 'test/attendance_file/moments.test.ts'
const files = 'test/attendance_file/import.test.ts'

/** Rules of who somebody is whom a source names, and of attendance files. */
export const identityMutants: readonly Mutant[] = [
  {
    name: 'a name that fits several pupils is the first of them',
    file: 'src/identity/fits.ts',
    replace: 'if (first && people.size === 1)',
    by: 'if (first)',
    tests: [identify],
  },
  {
    name: 'a corrected register stays in the era in which ticks are cached',
    file: 'src/identity/correct.ts',
    replace: 'must(nextEra(living)), ',
    by: '',
    tests: [match],
  },
  {
    name: 'a corrected register keeps its entry version',
    file: 'src/register/moves.ts',
    replace: 'entry_version = entry_version + 1',
    by: 'entry_version = entry_version',
    tests: [match],
  },
  {
    name: 'a report does not mind that a match was changed meanwhile',
    file: 'src/identity/report.ts',
    replace: 'must(matchesAreStill(corp_no, read))',
    by: 'matchesAreStill(corp_no, read)',
    tests: [match],
  },
  {
    name: 'who is identified late keeps the line of a visitor',
    file: 'src/identity/report.ts',
    replace: 'if (lines.length === 0) return living',
    by: 'if (lines.length >= 0) return living',
    tests: [match],
  },
  {
    name: 'two dates in different orders are both read as month and day',
    file: 'src/attendance_file/moments.ts',
    replace: 'if (isPossible.md !== isPossible.dm)',
    by: "if (isPossible.dm) return 'md'\n    if (isPossible.md !== isPossible.dm)",
    tests: [moments],
  },
  {
    name: 'first entry and last exit count for the whole time in between',
    file: 'src/attendance_file/stays.ts',
    replace: 'if (isSummary && duration !== undefined',
    by: 'if (!isSummary && duration !== undefined',
    tests: [files],
  },
]
