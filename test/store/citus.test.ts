import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sources } from '../source.ts'

/** The schema distributes by corp as it is: read off the migrations and the SQL, since no Citus can be installed everywhere. */
const migrations = sources('migrations/[0-9]*.sql')
  .map(({ text }) => text)
  .join('\n')
const tables = [...migrations.matchAll(/^create table (\w+) \((.*?)^\)/gms)].map(([, name, body]) => ({
  name: name as string,
  body: body as string,
}))
const citus = readFileSync(new URL('../../migrations/citus.sql', import.meta.url), 'utf8')
const everywhere = [...citus.matchAll(/create_reference_table\('(\w+)'\)/g)].map(([, name]) => name as string)
const apart = [...citus.matchAll(/create_distributed_table\('(\w+)', 'corp_no'/g)].map(([, name]) => name as string)

test('citus: every table is on every node or distributed by corp, and none is both', () => {
  assert.deepEqual([...everywhere, ...apart].sort(), tables.map(({ name }) => name).sort())
})

test('citus: every key and unique constraint of a distributed table begins with the corp', () => {
  for (const { name, body } of tables.filter((table) => apart.includes(table.name))) {
    const keys = [...body.matchAll(/(?:primary key|unique) \(([^)]+)\)/g)].map(([, columns]) => columns as string)
    assert.ok(keys.length > 0, name)
    for (const columns of keys) assert.match(columns, /^corp_no\b/, `${name} (${columns})`)
    assert.doesNotMatch(body, /^\s+\w+ \w+[^,\n]* (?:primary key|unique)\b(?! \()/m, `${name}: a key of one column does not hold the corp`)
  }
  for (const [, table, columns] of migrations.matchAll(/^create unique index \w+ on (\w+) \(([^)]+)\)/gm))
    if (apart.includes(table as string)) assert.match(columns as string, /^corp_no\b/)
})

test('citus: every statement on a distributed table names the corp, itself or in the condition put into it', () => {
  // the timed work looks over all corps for what is due, and changes nothing but by corp; a copy takes every table whole
  const overAll = /\b(?:overdue|abandoned|endedBefore|goneSince|forgetSessions)\b/
  for (const { path, text } of sources('src/**/*.ts').filter(({ path }) => path !== 'src/store/copy.ts'))
    for (const [whole, name, statement] of text.matchAll(/(?:export )?(?:const|function) (\w+)[^`;]*?sql`((?:[^`\\]|\\.)*)`/gs)) {
      const touched = apart.filter((table) => new RegExp(`\\b(?:from|join|update|into)\\s+${table}\\b`).test(statement as string))
      if (touched.length && !overAll.test(name as string))
        assert.match(statement as string, /corp_no|\$\{/, `${path}: ${name}: ${whole.slice(0, 80)}`)
    }
})
