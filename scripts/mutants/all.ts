import { guardMutants } from './guards.ts'
import { identityMutants } from './identities.ts'
import { listMutants } from './lists.ts'
import { meetingMutants } from './meetings.ts'
import { registerMutants } from './register.ts'

/** Every mutant that `npm run mutants` applies. */
export const mutants = [...registerMutants, ...listMutants, ...guardMutants, ...identityMutants, ...meetingMutants]
