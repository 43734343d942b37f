import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyDatabase } from '../../src/store/copy.ts'
import type { Db } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { sql } from '../../src/store/sql.ts'
import { type Database, databases } from '../databases.ts'
import { makeSchool } from '../world.ts'

const ways = databases.flatMap((from) => databases.map((to) => [from, to] as const))

/** Creates a school with a living in a database of its own, because a copy copies the whole database. */
async function schoolWithLiving(database: Database, classes: Record<string, Record<string, string[]>>) {
  const school = await makeSchool({ ...database }, { classes, living: Object.keys(classes) })
  await school.watch(Object.keys(Object.values(classes)[0] as object)[0] as string)
  return school
}

const classes = { '3A': Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}`, [`m${n}`]])) }

for (const [from, to] of ways)
  test(`a running school is copied completely, and a second copy writes nothing [${from.name} to ${to.name}]`, async () => {
    await using school = await schoolWithLiving(from, classes)
    const { url, drop } = await to.make()
    const target = await openDb(url)
    const written = new Map<string, number>()
    const count = (_step: string, table: string, _rows: number, changed: number) => written.set(table, (written.get(table) ?? 0) + changed)
    const copied = await copyDatabase(school.db, target, count)
    assert.ok(copied.find(({ table }) => table === 'attendance')?.rows === 120)
    assert.ok((written.get('attendance') as number) >= 120)
    written.clear()
    await copyDatabase(school.db, target, count)
    assert.deepEqual(
      [...written].filter(([, changed]) => changed > 0),
      [],
    )
    await target.close()
    await drop()
  })

test('a copy that broke off completes when it is repeated, and deletes rows that only the target has', async () => {
  const [sqlite] = databases as [Database]
  await using school = await schoolWithLiving(sqlite, classes)
  const { url, drop } = await sqlite.make()
  const target = await openDb(url)
  const broken: Db = {
    ...target,
    batch: (queries) =>
      queries.some(({ strings }) => strings.join().includes('delete from')) && --left < 0
        ? Promise.reject(new Error('broke off'))
        : target.batch(queries),
  }
  let left = 4
  await assert.rejects(copyDatabase(school.db, broken), /broke off/)
  await target.batch([sql`insert into setting (name, value) values ('stray', 'x')`])
  await copyDatabase(school.db, target)
  assert.deepEqual(await target.all(sql`select name from setting where name = 'stray'`), [])
  await target.close()
  await drop()
})
