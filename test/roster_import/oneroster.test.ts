import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRoster } from '../../src/roster/import/read.ts'
import { onBoth, sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { complaints, importInto, rosterOf } from './import_into.ts'
import { changesOnly, packed, twoSchools, version11, version12 } from './oneroster_files.ts'

/** Importing a ZIP in the OneRoster CSV format, which other school systems export. */
const roster = [
  'pupil-1 Ann Lee +: 三年级/Choir; 三年级/Homeroom 3 A | father-1 guardian  + | mother-1 parent 5551234567 +',
  'pupil-2 张小三 +: 三年级/Homeroom 3 A | mother-1 parent 5551234567 +',
]

for (const [version, files] of Object.entries({ '1.1': version11, '1.2': version12 }))
  onBoth(`OneRoster ${version}: students are imported with their classes and parents, whichever side names the other`, async (database) => {
    await using school = await makeSchool(database)
    const report = await importInto(school, await packed(files))
    assert.deepEqual([complaints(report), await rosterOf(school)], [[], roster])
    assert.equal((await importInto(school, await packed(files, 'export/'), { removeMissing: true })).written, false)
  })

test('of several schools each becomes a campus, and classes with the same title stay separate', async () => {
  await using school = await makeSchool(sqlite)
  await importInto(school, await packed(twoSchools))
  assert.match(
    (await rosterOf(school))[1] as string,
    /: Grant School\/四年级\/Math M1; Grant School\/四年级\/Math M2; Lincoln School\/三年级\/Homeroom 3 A/,
  )
})

test('a user marked tobedeleted is removed on request, and a delta file removes nobody', async () => {
  await using school = await makeSchool(sqlite)
  const before = { ...version11, 'users.csv': version11['users.csv']?.replace(',tobedeleted', ',') as string }
  await importInto(school, await packed(before))
  assert.equal((await rosterOf(school)).length, 3)
  const report = await importInto(school, await packed(version11), { removeMissing: true, confirmed: 1 })
  assert.equal(report.students.removed, 1)
  await assert.rejects(importInto(school, await packed(changesOnly), { removeMissing: true }), /holds changes \(delta\)/)
  assert.equal((await importInto(school, await packed(changesOnly))).written, false)
})

test('another OneRoster version and any other ZIP are refused with an explanation', async () => {
  const other = { ...version11, 'manifest.csv': version11['manifest.csv']?.replace('1.1', '2.0') as string }
  await assert.rejects(readRoster(await packed(other)), /expected oneroster.version 1.1 or 1.2, got "2.0"/)
  await assert.rejects(readRoster(await packed({ 'a.txt': 'x' })), /a ZIP of a.txt: expected an XLSX, or OneRoster's users.csv/)
})
