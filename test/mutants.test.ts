import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mutants } from '../scripts/mutants/all.ts'
import { mutated } from '../scripts/mutants/mutant.ts'

const inCheckout = (path: string) => new URL(`../${path}`, import.meta.url)

test('every mutant finds the text that it replaces and the tests that must notice', () => {
  for (const mutant of mutants) {
    const text = readFileSync(inCheckout(mutant.file), 'utf8')
    assert.notEqual(mutated(text, mutant), text, mutant.name)
    for (const file of mutant.tests) assert.ok(existsSync(inCheckout(file)), `${mutant.name}: no test file ${file}`)
  }
})
