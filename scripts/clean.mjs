// Deletes dist/ before a build, so that it contains no output of source files that were deleted or renamed.
import { rmSync } from 'node:fs'

rmSync(new URL('../dist/', import.meta.url), { recursive: true, force: true })
