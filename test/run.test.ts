import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from './programs.ts'
import { root } from './source.ts'

test('npm test fails when a test fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-run-'))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const codeOf = (name: string, body: string) => {
    writeFileSync(join(folder, name), `import { test } from 'node:test'\ntest('it', () => { ${body} })\n`)
    const given = { ...env, ROLLCALL_TEST_POSTGRES: env.ROLLCALL_TEST_POSTGRES ?? 'postgres://none' }
    return spawnSync(process.execPath, ['test/run.ts', join(folder, name)], { cwd: root, env: given }).status
  }
  assert.equal(codeOf('good.test.mjs', ''), 0)
  assert.equal(codeOf('bad.test.mjs', "throw new Error('as it should')"), 1)
  rmSync(folder, { recursive: true, force: true })
})

test('a test that needs a missing program is skipped with the line that installs it, and fails when ROLLCALL_TEST_ALL is set', (t) => {
  const before = process.env.ROLLCALL_TEST_ALL
  t.after(() => {
    process.env.ROLLCALL_TEST_ALL = before ?? ''
  })
  process.env.ROLLCALL_TEST_ALL = ''
  assert.deepEqual(needs(process.execPath), {})
  assert.deepEqual(needs(process.execPath, '/usr/sbin/none'), { skip: 'needs /usr/sbin/none: apt-get install none' })
  process.env.ROLLCALL_TEST_ALL = '1'
  assert.throws(() => needs('none'), /apt-get install none/)
})
