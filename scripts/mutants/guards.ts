// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source, in which `${…}` is written as it stands there
import type { Mutant } from './mutant.ts'

const guards = 'test/conformance/guards.test.ts'
const permissions = 'test/conformance/permissions.test.ts'

/** A call that needs weaker grants than it should. */
const weakened = (call: string, file: string, needs: string, weaker: string): Mutant => ({
  name: `${call} needs ${weaker} instead of ${needs}`,
  file,
  replace: `needs: '${needs}'`,
  by: `needs: '${weaker}'`,
  tests: [permissions],
})

/** Rules of grants, tokens, optimistic locks and cache invalidation. */
export const guardMutants: readonly Mutant[] = [
  weakened('get_unwatch_stat_v2', 'src/wire/school/living/get_unwatch_stat_v2.ts', 'living_stat', 'living'),
  weakened('get_watch_stat_v2', 'src/wire/school/living/get_watch_stat_v2.ts', 'living_stat', 'living'),
  weakened('report', 'src/wire/v1/report.ts', 'living_stat', 'living'),
  weakened('excuse', 'src/wire/v1/excuse.ts', 'living', 'contacts_read'),
  weakened('links', 'src/wire/v1/links.ts', 'living', 'contacts_read'),
  {
    name: 'an app reads the livings of another app',
    file: 'src/living/living.ts',
    replace: 'if (living.agentid !== app.agentid) throw',
    by: 'if (false) throw',
    tests: [permissions],
  },
  {
    name: 'a disabled app keeps its token',
    file: 'src/access/store.ts',
    replace: 'token_hash = case when disabled = ${disabled} then token_hash end,\n    old_token_hash',
    by: 'old_token_hash',
    tests: ['test/conformance/app_by_command.test.ts'],
  },
  {
    name: 'a disabled app gets a token',
    file: 'src/access/token.ts',
    replace: 'if (!app || app.disabled) throw',
    by: 'if (!app) throw',
    tests: ['test/conformance/app_by_command.test.ts'],
  },
  {
    name: 'the cache of viewers ignores the roster version',
    file: 'src/roster/viewers.ts',
    replace: '`${corp_no} ${corp?.roster_version ?? 0} `',
    by: '`${corp_no} `',
    tests: ['test/conformance/presence.test.ts'],
  },
  {
    name: 'presence is written without the guard of the era',
    file: 'src/attendance/presence/take.ts',
    replace: 'must(lockEra(living))',
    by: 'lockEra(living)',
    tests: [guards],
  },
  {
    name: 'the times of a living are written without the guard of the era',
    file: 'src/living/store.ts',
    replace:
      'era = era + 1\n  where corp_no = ${living.corp_no} and living_no = ${living.living_no} and era = ${living.era}`\n\n/** Bumps the era',
    by: 'era = era + 1\n  where corp_no = ${living.corp_no} and living_no = ${living.living_no}`\n\n/** Bumps the era',
    tests: [guards],
  },
  {
    name: 'a roster change is written without the guard of the roster version',
    file: 'src/roster/change.ts',
    replace: 'must(moveRoster(corp_no, corp.roster_version))',
    by: 'moveRoster(corp_no, corp.roster_version)',
    tests: [guards],
  },
  {
    name: 'a living is created without the guard of the roster version',
    file: 'src/living/store.ts',
    replace: 'where corp_no = ${corp_no} and roster_version = ${roster_version}`',
    by: 'where corp_no = ${corp_no}`',
    tests: ['test/conformance/department_moves.test.ts'],
  },
]
