import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { readRoster } from '../../src/roster/import/read.ts'
import type { RosterFileError } from '../../src/roster/import/roster_file.ts'
import { sqlite } from '../databases.ts'
import { filled, headerRow, sheetEnd, sheetStart, slowWorkbook, workbookOf, zipOf } from '../sheets/bombs.ts'
import { makeSchool } from '../world.ts'
import { complaints, importInto, rosterOf } from './import_into.ts'

/** Files made to be slow or large. Each is refused with the limit in the message, in English and in Chinese. */
const head = '学号,姓名,班级\n'
const bombs: Readonly<Record<string, readonly [file: () => Buffer | Promise<Buffer>, why: RegExp, zh: RegExp]>> = {
  'a ZIP of 100 kB that unpacks to 100 MB': [
    () => workbookOf(sheetStart + filled('<row></row>', 100_000_000)),
    /expected at most 64 MB, unpacked/,
    /文件解开后不能超过 64 MB/,
  ],
  'sheets that all unpack the same file': [
    () =>
      workbookOf(`${sheetStart}${filled(' ', 10_000_000)}${sheetEnd}`, {
        'xl/workbook.xml': `<workbook><sheets>${'<sheet name="a" r:id="r1"/>'.repeat(10)}</sheets></workbook>`,
      }),
    /expected at most 64 MB, unpacked/,
    /64 MB/,
  ],
  'a file of 65 MB': [() => Buffer.alloc(65 * 2 ** 20, 'a'), /expected at most 64 MB, unpacked/, /64 MB/],
  'a ZIP of 6,000 files': [
    () => zipOf(Object.fromEntries(Array.from({ length: 6000 }, (_, no) => [`${no}`, '']))),
    /expected at most 5000 files in the ZIP, got 6000/,
    /压缩包里最多 5000 个文件/,
  ],
  'a text in column XFD': [
    () => workbookOf(`${sheetStart}<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>${sheetEnd}`),
    /expected at most 200 columns, got a text in cell XFD1/,
    /最多 200 列，但 XFD1 里有内容/,
  ],
  'an attribute of a sheet that is never closed': [
    () => workbookOf(`<worksheet><sheetData><row r="${filled('a', 2_000_000)}`),
    /sheet1.xml cannot be read: Max buffer length exceeded/,
    /文件损坏/,
  ],
  'a tag of a sheet with a million attributes': [
    () => workbookOf(`<worksheet ${Array.from({ length: 1_000_000 }, (_, no) => `a${no}=""`).join(' ')}>`),
    /sheet1.xml cannot be read: more than 200 attributes/,
    /文件损坏/,
  ],
  'a sheet of tags inside tags': [
    () => workbookOf(filled('<a>', 10_000_000)),
    /sheet1.xml cannot be read: more than 100 levels/,
    /文件损坏/,
  ],
  'a workbook of 200,001 rows': [
    () => workbookOf(sheetStart + headerRow + '<row><c><v>1</v></c></row>'.repeat(200_000) + sheetEnd),
    /expected at most 200000 rows/,
    /最多 200000 行/,
  ],
  'cells that all refer to one long text': [
    () =>
      workbookOf(
        `${sheetStart}${headerRow}${'<row><c><v>1</v></c><c t="s"><v>0</v></c></row>'.repeat(10_000)}${sheetEnd}`,
        sharedText('长'.repeat(30_000)),
      ),
    /expected at most 67108864 characters in all cells together/,
    /所有格子合计最多 67108864 个字符/,
  ],
  'a cell of 40,000 characters': [
    () => Buffer.from(`${head}1,${'a'.repeat(40_000)},三年级/1班\n`),
    /cell B2: expected at most 32767 characters, got 40000/,
    /B2 最多 32767 个字符，现在是 40000 个/,
  ],
  'a CSV of 201 columns': [
    () => Buffer.from(`${head}1,a,b${','.repeat(198)}x\n`),
    /expected at most 200 columns, got a text in cell GS2/,
    /GS2/,
  ],
  'a CSV of 200,001 rows': [() => Buffer.from(head + '1,a,b\n'.repeat(200_000)), /expected at most 200000 rows/, /最多 200000 行/],
  'a CSV row of 30 million cells': [
    () => Buffer.from(head + ','.repeat(30_000_000)),
    /line 2: expected at most 1000000 characters/,
    /第 2 行太长/,
  ],
  'a quote that is never closed, before 30 MB': [
    () => Buffer.from(`${head}"${filled('a\n', 30_000_000)}`),
    /line 2: expected at most 1000000 characters/,
    /第 2 行太长/,
  ],
  'JSON of 10 million objects': [
    () => Buffer.from(`[${filled('{},', 30_000_000)}{}]`),
    /expected at most 4000000 values/,
    /最多 4000000 个值/,
  ],
  'JSON of lists inside lists': [() => Buffer.from(filled('[', 30_000_000)), /expected at most 4000000 values/, /最多 4000000 个值/],
  'a student with 101 parents in one row': [
    () => Buffer.from(JSON.stringify([{ name: 'a', parents: Array.from({ length: 101 }, () => ({ mobile: '1' })) }])),
    /row 1: expected at most 100 parents and 100 classes/,
    /最多 100 位家长和 100 个班级/,
  ],
  'a cell that names 8,000 classes': [
    () => Buffer.from(`${head}1,a,${filled('a/b;', 32_000)}\n`),
    /row 2: expected at most 100 parents and 100 classes/,
    /最多 100 位家长和 100 个班级/,
  ],
  '10,001 classes': [
    () => Buffer.from(head + Array.from({ length: 10_001 }, (_, no) => `${no},a,三年级/${no}\n`).join('')),
    /expected at most 10000 different classes/,
    /最多 10000 个不同的班级/,
  ],
  'a OneRoster file of 200,001 rows': [
    () => zipOf({ 'users.csv': `sourcedId,role\n${'a,student\n'.repeat(200_001)}`, 'enrollments.csv': 'sourcedId\n' }),
    /expected at most 200000 rows/,
    /最多 200000 行/,
  ],
}
const sharedText = (text: string) => ({ 'xl/sharedStrings.xml': `<sst><si><t>${text}</t></si></sst>` })

for (const [name, [file, why, zh]] of Object.entries(bombs))
  test(`a roster file is refused: ${name}`, async () => {
    await assert.rejects(readRoster(await file()), (error: RosterFileError) => {
      assert.equal(error.name, 'RosterFileError')
      assert.match(error.message, why)
      assert.match(error.zh, zh)
      return true
    })
  })

test('the thread that reads a file is stopped when it takes too long or too much memory', async () => {
  const slow = await slowWorkbook()
  await assert.rejects(readRoster(slow, { seconds: 0.5 }), /reading the file took more than 0.5 s/)
  const large = Buffer.from(head + Array.from({ length: 190_000 }, (_, no) => `s${no},学生${no},三年级/1班\n`).join(''))
  await assert.rejects(readRoster(large, { heapMb: 24 }), /reading the file took more than 24 MB of memory/)
  assert.equal((await readRoster(Buffer.from(`${head}1,a,三年级/1班\n`))).rows.length, 1)
})

test('cells and rows that are only formatted do not count to the limits', async () => {
  const empty = '<c r="XFD1" s="1"/>'
  const student = '<row r="300000"><c><v>1</v></c><c><v>2</v></c><c t="inlineStr"><is><t>三年级/1班</t></is></c></row>'
  const file = await workbookOf(`${sheetStart}${headerRow}<row>${empty}</row>${'<row/>'.repeat(299_000)}${student}${sheetEnd}`)
  const { rows } = await readRoster(file)
  assert.deepEqual(
    rows.map(({ line, student_userid, classes }) => [line, student_userid, classes]),
    [[300_000, '1', [['三年级', '1班']]]],
  )
})

test('a file of 100,000 students with two parents each is read completely and in order', async () => {
  const rows = Array.from({ length: 100_000 }, (_, no) => `s${no},学生,三年级/1班,${13_000_000_000 + no},${14_000_000_000 + no}\n`)
  const file = await readRoster(Buffer.from(`学号,姓名,班级,家长1手机,家长2手机\n${rows.join('')}`))
  assert.equal(file.rows.length, 100_000)
  for (const [no, { line, student_userid, parents }] of file.rows.entries())
    assert.deepEqual([line, student_userid, parents[1]?.mobile], [no + 2, `s${no}`, String(14_000_000_000 + no)])
})

test('a student with more than 20 parents or classes in all rows is a bad row, and the others are imported', async () => {
  await using school = await makeSchool(sqlite)
  const parents = Array.from({ length: 21 }, (_, no) => `a,甲,三年级/1班,${13_000_000_000 + no}\n`)
  const classes = Array.from({ length: 21 }, (_, no) => `b,乙,三年级/${no}班,\n`)
  const report = await importInto(school, `学号,姓名,班级,家长手机\n${parents.join('')}${classes.join('')}c,丙,三年级/1班,\n`, {
    skipBadRows: true,
  })
  assert.deepEqual(complaints(report), [
    '22 学号: expected at most 20 parents for a pupil',
    '43 班级: expected at most 20 classes for a pupil',
  ])
  assert.deepEqual(await rosterOf(school), ['c 丙 +: 三年级/1班'])
})

test('cells of combining marks, which take quadratic time to normalise, do not block the server', async () => {
  await using school = await makeSchool(sqlite)
  const marks = `a${'\u0301'.repeat(16_000)}${'\u0323'.repeat(16_000)}`
  const lines = Array.from({ length: 8 }, (_, no) => `${no + 1},a,${marks}/b/c,${marks},${marks}`)
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const report = await importInto(school, `学号,姓名,班级,手机,已关注\n${lines.join('\n')}\n`)
  delay.disable()
  assert.equal(report.bad_rows.length, 16)
  assert.ok(delay.max < 1e9, `blocked for ${Math.round(delay.max / 1e6)} ms`)
})
