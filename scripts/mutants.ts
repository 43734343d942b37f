import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mutants as all } from './mutants/all.ts'
import { type Mutant, mutated } from './mutants/mutant.ts'

/**
 * `npm run mutants [-- NAME]`: breaks one rule after another in a copy of the checkout, runs the test files that should notice, on SQLite,
 * and prints which test did. With NAME only the mutants whose name contains it. Ends with code 1 where no test noticed, where the text to
 * replace is not found exactly once, where a broken file cannot be loaded, or where the tests fail without any mutant.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const timeoutMs = 60_000

/** A test that failed: its name, or the path of a test file that could not be loaded. */
type Failure = { name: string; isFile: boolean }

const wanted = process.argv[2] ?? ''
const mutants = all.filter(({ name }) => name.includes(wanted))
if (mutants.length === 0) fail(`no mutant is called ${wanted}; there are:\n${all.map(({ name }) => `  ${name}`).join('\n')}`)

const stale = mutants.flatMap((mutant) => problemOf(mutant) ?? [])
if (stale.length) fail(stale.join('\n'))

let stop = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'rollcall-mutants-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stop.abort() // ends the processes of the tests
    process.exit(130)
  })
const copy = copyOfCheckout()

const before = await firstFailure([...new Set(mutants.flatMap(({ tests }) => tests))])
if (before) fail(`without any mutant this test fails: ${before.name}`)

const width = Math.max(...mutants.map(({ name }) => name.length))
let alive = 0
for (const mutant of mutants) {
  const failure = await failureWith(mutant)
  if (!failure || failure.isFile) alive++
  const verdict = !failure ? 'ALIVE' : failure.isFile ? `cannot be loaded by ${failure.name}` : `killed by: ${failure.name}`
  console.log(`${mutant.name.padEnd(width)}  ${verdict}`)
}
console.log(`${mutants.length - alive} of ${mutants.length} mutants were noticed`)
process.exit(alive ? 1 : 0)

/** Why a mutant cannot be applied; undefined where it can. */
function problemOf(mutant: Mutant): string | undefined {
  try {
    mutated(readFileSync(join(root, mutant.file), 'utf8'), mutant)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Copies the checkout, changes that are not committed included, and points the tests' temporary files and their compile cache into the same folder. */
function copyOfCheckout(): string {
  const target = join(folder, 'rollcall')
  const left = ['.git', 'node_modules', 'dist'].map((name) => join(root, name))
  cpSync(root, target, { recursive: true, filter: (source) => !left.includes(source) })
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'))
  process.env.TMPDIR = join(folder, 'tmp')
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  mkdirSync(process.env.TMPDIR)
  delete process.env.ROLLCALL_TEST_POSTGRES
  return target
}

/** Applies a mutant, runs its tests, and restores the file. Returns the first failure; undefined where no test noticed. */
async function failureWith(mutant: Mutant): Promise<Failure | undefined> {
  const path = join(copy, mutant.file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, mutated(text, mutant))
  try {
    return await firstFailure(mutant.tests)
  } finally {
    writeFileSync(path, text)
  }
}

/** Runs test files until a test fails. */
async function firstFailure(tests: readonly string[]): Promise<Failure | undefined> {
  stop = new AbortController()
  let first: Failure | undefined
  const files = tests.map((file) => join(copy, file))
  const events = run({ files, cwd: copy, concurrency: 2, timeout: timeoutMs, signal: stop.signal })
  events.on('test:fail', ({ name }) => {
    first ??= files.includes(name) ? { name: relative(copy, name), isFile: true } : { name, isFile: false }
    stop.abort()
  })
  for await (const _ of events);
  return first
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
