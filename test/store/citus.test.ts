import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sources } from '../source.ts'

/**
 * On Citus, the tables are distributed by corp_no (migrations/citus.sql). These tests check that by reading the migrations and the SQL
 * text of src, because Citus cannot be installed on every machine.
 */
const migrations = sources('migrations/[0-9]*.sql')
  .map(({ text }) => text)
  .join('\n')
const tables = [...migrations.matchAll(/^create table (\w+) \((.*?)^\)/gms)].map(([, name, body]) => ({
  name: name as string,
  body: body as string,
}))
const citus = readFileSync(new URL('../../migrations/citus.sql', import.meta.url), 'utf8')
const referenceTables = [...citus.matchAll(/create_reference_table\('(\w+)'\)/g)].map(([, name]) => name as string)
const distributedTables = [...citus.matchAll(/create_distributed_table\('(\w+)', 'corp_no'/g)].map(([, name]) => name as string)

test('Citus: every table is either copied to every node or distributed by corp', () => {
  assert.deepEqual([...referenceTables, ...distributedTables].sort(), tables.map(({ name }) => name).sort())
})

test('Citus: every key and unique constraint of a distributed table begins with corp_no', () => {
  for (const { name, body } of tables.filter((table) => distributedTables.includes(table.name))) {
    const keys = [...body.matchAll(/(?:primary key|unique) \(([^)]+)\)/g)].map(([, columns]) => columns as string)
    assert.ok(keys.length > 0, name)
    for (const columns of keys) assert.match(columns, /^corp_no\b/, `${name} (${columns})`)
    assert.doesNotMatch(
      body,
      /^\s+\w+ \w+[^,\n]* (?:primary key|unique)\b(?! \()/m,
      `${name}: a key of a single column does not contain corp_no`,
    )
  }
  for (const [, table, columns] of migrations.matchAll(/^create unique index \w+ on (\w+) \(([^)]+)\)/gm))
    if (distributedTables.includes(table as string)) assert.match(columns as string, /^corp_no\b/)
})

test('Citus: every statement on a distributed table names corp_no, itself or in a condition inserted into it', () => {
  // Exceptions: the timed work searches all corps for what is due, and then writes corp by corp; a copy reads every table completely.
  const searchesAllCorps = /\b(?:overdue|abandoned|endedBefore|goneSince|forgetSessions)\b/
  for (const { path, text } of sources('src/**/*.ts').filter(({ path }) => path !== 'src/store/copy.ts'))
    for (const [whole, name, statement] of text.matchAll(/(?:export )?(?:const|function) (\w+)[^`;]*?sql`((?:[^`\\]|\\.)*)`/gs)) {
      const touched = distributedTables.filter((table) =>
        new RegExp(`\\b(?:from|join|update|into)\\s+${table}\\b`).test(statement as string),
      )
      if (touched.length && !searchesAllCorps.test(name as string))
        assert.match(statement as string, /corp_no|\$\{/, `${path}: ${name}: ${whole.slice(0, 80)}`)
    }
})
