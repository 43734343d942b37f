import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifiersOf, sources, tableOf } from './source.ts'

const [contributing] = sources('CONTRIBUTING.md')
const rows = tableOf(contributing?.text ?? '', 'word')

test('no identifier in src uses a word that the glossary of CONTRIBUTING.md forbids', () => {
  const never = rows.flatMap(([word = '', , , , forbidden = '']) => (forbidden ? [{ word, forbidden }] : []))
  assert.ok(never.length > 3)
  const stemOf = (forbidden: string) => new RegExp(`${forbidden.replace(/y$/, '(y|ies)')}`, 'i')
  const found = sources('src/**/*.ts').flatMap((file) =>
    [...identifiersOf(file)].flatMap((identifier) =>
      never
        .filter(({ forbidden }) => stemOf(forbidden).test(identifier))
        .map(({ word, forbidden }) => `${file.path}: ${identifier} (the glossary says ${word}, not ${forbidden})`),
    ),
  )
  assert.deepEqual(found, [])
})

test('the words of a comment, a string or a template text do not count as identifiers', () => {
  const text =
    "const kept = `lesson ${living.map((each) => `${each} pupil`)} family` // pupil\nconst b = /pupil'/.source + 'lesson' /* family */"
  assert.deepEqual([...identifiersOf({ path: '', text })], ['const', 'kept', 'living', 'map', 'each', 'b', 'source'])
})
