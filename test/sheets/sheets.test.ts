import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readXlsx } from 'hucre/xlsx'
import { csv } from '../../src/sheets/csv.ts'
import type { Cell, Sheet } from '../../src/sheets/sheet.ts'
import { openSpool } from '../../src/sheets/spool.ts'
import { writeXlsx, xlsx } from '../../src/sheets/xlsx.ts'
import { needs } from '../programs.ts'

const written = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks))
const sheet = (rows: Cell[][], name = '缺课', headers = ['姓名', '值']): Sheet => ({
  name,
  columns: headers.map((header) => ({ header })),
  rows,
})
const cells = async (file: Buffer) => (await readXlsx(file)).sheets.map(({ name, rows }) => ({ name, rows }))
/** Texts that a spreadsheet would run as formulas. */
const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']

test('a workbook has its sheets in order, with Chinese text, numbers, dates and booleans', async () => {
  const at = new Date('2026-11-22T15:45:10Z')
  const file = await written(
    xlsx.write(
      [
        sheet([['张小三', 12.5]], '汇总'),
        sheet(
          [
            ['李小四🙂', at],
            [null, true],
            ['', -3],
          ],
          '三年级1班',
        ),
      ],
      { timeZone: 'Asia/Shanghai' },
    ),
  )
  assert.deepEqual(await cells(file), [
    {
      name: '汇总',
      rows: [
        ['姓名', '值'],
        ['张小三', 12.5],
      ],
    },
    {
      name: '三年级1班',
      // a spreadsheet has no time zones: the reader returns the local time as if it were UTC
      rows: [
        ['姓名', '值'],
        ['李小四🙂', new Date('2026-11-22T23:45:10Z')],
        [null, true],
        [null, -3],
      ],
    },
  ])
})

test('a workbook passes the checks of unzip, and its sheets are well-formed XML', needs('unzip', 'python3'), async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.xlsx'), await written(xlsx.write([sheet([['<&>"\u0001_x0041_', 1]]), sheet([])])))
  assert.match(execFileSync('unzip', ['-t', join(folder, 'a.xlsx')], { encoding: 'utf8' }), /No errors detected/)
  const names = execFileSync('unzip', ['-Z1', join(folder, 'a.xlsx')], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const wellFormed =
    'import sys, zipfile, xml.dom.minidom as m\nz = zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): m.parseString(z.read(n))'
  assert.equal(names.length, 7)
  execFileSync('python3', ['-c', wellFormed, join(folder, 'a.xlsx')])
})

test('a text that looks like a formula stays a text', async () => {
  const file = await written(xlsx.write([sheet(evil.map((text) => [text, 1]))]))
  const [{ rows } = { rows: [] }] = await cells(file)
  assert.deepEqual(
    rows.slice(1).map(([text]) => text),
    evil,
  )
  const text = String(await written(csv.write([sheet(evil.map((each) => [each, -1]))])))
  for (const each of evil) assert.ok(text.includes(`'${each}`), JSON.stringify(each))
  assert.match(text, /'-1,-1\r\n/, 'a number may be negative')
})

test('CSV has a byte order mark, Chinese text, local times, and quotes where needed', async () => {
  const file = await written(
    csv.write(
      [
        sheet([
          ['张"小",三', new Date('2026-11-22T15:45:10Z')],
          ['两\n行', true],
        ]),
      ],
      { timeZone: 'Asia/Shanghai' },
    ),
  )
  assert.equal(String(file), '\ufeff姓名,值\r\n"张""小"",三",2026-11-22 23:45:10\r\n"两\n行",true\r\n')
})

test('CSV refuses a second sheet', async () => {
  await assert.rejects(written(csv.write([sheet([]), sheet([])])), /one sheet/)
})

test('sheet names are changed so that Excel accepts them and each is unique', async () => {
  const wishes = ['一班', '一班', "a/b:c*?[x]'", '', 'History', '很'.repeat(40), '很'.repeat(40), 'ABC', 'abc']
  const names = (await cells(await written(xlsx.write(wishes.map((name) => sheet([], name)))))).map(({ name }) => name)
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, wishes.length)
  assert.deepEqual(names.slice(0, 3), ['一班', '一班 (2)', 'a b c   x'])
  for (const name of names) assert.match(name, /^[^[\]:*?/\\]{1,31}$/)
})

test('rows beyond the limit of a sheet continue on another sheet with the same header', async () => {
  const rows = Array.from({ length: 5 }, (_, no) => [String(no), no])
  const books = await cells(await written(writeXlsx([sheet(rows, 'a')], {}, 3)))
  assert.deepEqual(
    books.map(({ name, rows }) => [name, rows.length, rows[0]?.[0]]),
    [
      ['a', 3, '姓名'],
      ['a (2)', 3, '姓名'],
      ['a (3)', 2, '姓名'],
    ],
  )
})

test('a workbook without sheets can be opened', async () => {
  assert.equal((await cells(await written(xlsx.write([])))).length, 1)
})

for (const { name, write } of [
  { name: 'XLSX', write: xlsx.write },
  { name: 'CSV', write: csv.write },
]) {
  test(`${name}: an error of the row source reaches the reader, and a reader that stops early closes the source`, async () => {
    let stopped = 0
    async function* rows(until: number): AsyncGenerator<Cell[]> {
      try {
        for (let no = 0; no < until; no++) yield [`${Math.random()}`.repeat(20), no]
        throw new Error('the line broke')
      } finally {
        stopped++
      }
    }
    await assert.rejects(written(write([{ ...sheet([]), rows: rows(5000) }])), /the line broke/)
    for await (const _ of write([{ ...sheet([]), rows: rows(1e9) }])) if (stopped++ > 3) break
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(stopped >= 6, 'the row source was closed')
  })
}

test('a spool returns the rows of each key in order with dates intact, and leaves no file behind', async () => {
  const before = readdirSync(tmpdir()).length
  const spool = await openSpool()
  const at = new Date(1_800_000_000_000)
  const long = 'x'.repeat(1_500_000)
  for (const no of [1, 2, 3, 4]) for (const key of ['三1', '三2']) await spool.add(key, [no, long, at, null, undefined])
  const found = await Array.fromAsync(spool.rows('三2'))
  assert.deepEqual(
    found.map(([no, , date]) => [no, date]),
    [1, 2, 3, 4].map((no) => [no, at]),
  )
  assert.deepEqual(await Array.fromAsync(spool.rows('nobody')), [])
  await spool.close()
  assert.ok(readdirSync(tmpdir()).length <= before + 5)
})

for (const form of ['xlsx', 'csv'])
  test(`90,000 students are written as ${form} without all being in memory at once`, () => {
    // 90,000 rows in memory need about 60 MB of heap, and this process has 20 MB
    const run = (count: string) =>
      JSON.parse(
        execFileSync(process.execPath, ['--max-old-space-size=20', '--max-semi-space-size=2', 'test/sheets/many_rows.ts', form, count], {
          encoding: 'utf8',
        }),
      ) as { written: number; mostMegabytes: number }
    const [few, many] = [run('1000'), run('90000')]
    assert.ok(many.written > 1_000_000)
    assert.ok(many.mostMegabytes < few.mostMegabytes + 90, `${few.mostMegabytes} MB for 1,000, ${many.mostMegabytes} MB for 90,000`)
  })
