import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { flagOf, settings } from '../../src/config.ts'
import { demoLines } from '../../src/demo/demo.ts'
import { needs } from '../programs.ts'
import { root } from '../source.ts'

const run = promisify(execFile)
const readme = (name: string) => readFileSync(join(root, name), 'utf8')
const english = readme('README.md')
const chinese = readme('README.zh-CN.md')

/** The shell blocks marked `walk`, which a reader pastes one after the other. */
const walk = (text: string) => [...text.matchAll(/<!-- walk.*?-->\n```sh\n([\s\S]*?)```/g)].map(([, lines]) => lines as string)

for (const [name, { variable, fallback, description }] of Object.entries(settings)) {
  test(`both READMEs document the setting ${flagOf(name)}`, () => {
    const row = `| \`${flagOf(name)}\` | \`${variable}\` | ${fallback ? `\`${fallback}\`` : ''} |`.replaceAll('  ', ' ')
    assert.ok(english.includes(`${row} ${description} |`), `README.md: expected the line "${row} ${description} |"`)
    assert.ok(chinese.includes(`${row} `), `README.zh-CN.md: expected a line that begins with "${row}"`)
  })
}

test('no README names a setting that does not exist', () => {
  const known: string[] = Object.values(settings).map(({ variable }) => variable)
  for (const text of [english, chinese, readme('CONTRIBUTING.md')])
    for (const [name] of text.matchAll(/ROLLCALL_(?!TEST_)[A-Z_]+/g)) assert.ok(known.includes(name), name)
})

test('both READMEs show the lines that the demo prints', () => {
  const lines = demoLines('http://127.0.0.1:8080')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(TOKEN=|curl)/.test(line))
  assert.equal(lines.length, 3)
  for (const line of lines) for (const text of [english, chinese]) assert.ok(text.includes(`$ ${line}\n`), line)
})

test('every file that a document links to exists', () => {
  for (const name of ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'COVERAGE.md', 'SECURITY.md'])
    for (const [, to] of readme(name).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      assert.ok(existsSync(join(root, to as string)), `${name}: ${to}`)
})

test('every dependency has a reason in decisions/dependencies.md', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readme('package.json'))
  const reasons = readme('decisions/dependencies.md')
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    assert.ok(name.startsWith('@types/') || reasons.includes(`\`${name}\``), `decisions/dependencies.md: no reason for ${name}`)
})

test('both READMEs have the same walk-through', () => {
  assert.ok(walk(english).length >= 4)
  assert.deepEqual(walk(chinese), walk(english))
})

test('pasting the walk-through of the README sets up a school and lists who is missing', needs('bash', 'curl', 'sed'), async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-readme-'))
  const database = join(folder, 'school.db')
  const server = spawn(process.execPath, ['bin/rollcall.js', 'serve', '--port', '0', '--database', database, '--log-level', 'silent'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
    const ready = /http\S+/.exec(line)?.[0]
    assert.ok(ready)
    const lines = walk(english).join('').replaceAll('http://127.0.0.1:8080', ready).replaceAll('./school.db', database)
    // npm scripts are switched off, so that the installed packages stay as they are while tests run
    const { stdout } = await run('bash', ['-euc', lines], { cwd: root, env: { ...process.env, npm_config_ignore_scripts: 'true' } })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      answers.filter(({ errcode }) => errcode),
      [],
    )
    const list = answers.find(({ stat_info }) => stat_info)
    assert.deepEqual(list.stat_info, { students: [{ student_userid: 'li', partyids: [31] }], parents: [] })
    const { counts } = answers.at(-1)
    assert.deepEqual([counts.expected, counts.watched, counts.missing], [2, 1, 1])
  } finally {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
})
