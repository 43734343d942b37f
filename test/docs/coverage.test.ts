import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { coverage, coverageFile } from '../../scripts/coverage.ts'
import { missing } from '../../scripts/coverage_notes.ts'
import { official, ours, table } from '../../src/wire/table.ts'

test('COVERAGE.md says what the table has', () => {
  assert.equal(readFileSync(coverageFile, 'utf8'), coverage(), 'run "npm run coverage" and look at what changed')
})

test('no call is named twice, neither served nor missing', () => {
  const served = Object.values(table).map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(served).size, served.length)
  assert.equal(new Set(missing.map(({ path }) => path)).size, missing.length)
})

test('official calls name their page and stand under /cgi-bin/, ours do neither', () => {
  for (const { path, doc } of Object.values(official)) assert.ok(path.startsWith('/cgi-bin/') && doc, path)
  for (const call of Object.values(ours)) assert.ok(call.path.startsWith('/v1/') && !('doc' in call), call.path)
})
