import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { coverage, coverageFile } from '../../scripts/coverage.ts'
import { missing } from '../../scripts/coverage_notes.ts'
import { official, ours, table } from '../../src/wire/table.ts'

test('COVERAGE.md is up to date with the calls', () => {
  assert.equal(readFileSync(coverageFile, 'utf8'), coverage(), 'run "npm run coverage" and look at what changed')
})

test('no call is listed twice, neither among the served nor among the missing ones', () => {
  const served = Object.values(table).map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(served).size, served.length)
  assert.equal(new Set(missing.map(({ path }) => path)).size, missing.length)
})

test('official calls name their WeCom page and have paths under /cgi-bin/; those of Rollcall’s own do neither', () => {
  for (const { path, doc } of Object.values(official)) assert.ok(path.startsWith('/cgi-bin/') && doc, path)
  for (const call of Object.values(ours)) assert.ok(call.path.startsWith('/v1/') && !('doc' in call), call.path)
})
