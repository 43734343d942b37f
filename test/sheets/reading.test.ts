import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeXlsx } from 'hucre/xlsx'
import { readCsv } from '../../src/sheets/read_csv.ts'
import { sheetsOfXlsx } from '../../src/sheets/read_xlsx.ts'
import { type Row, roundedMark } from '../../src/sheets/rows.ts'
import { unzip } from '../../src/sheets/unzip.ts'
import { zip } from '../../src/sheets/zip.ts'
import { needs } from '../programs.ts'
import { zipOf } from './bombs.ts'
import { gb18030 } from './gb18030.ts'
import { zip64Of } from './zip64.ts'

const rowsOf = async (bytes: Uint8Array) => Array.fromAsync(readCsv(bytes))
const cellsOf = (rows: readonly Row[]) => rows.map(({ cells }) => cells)
const table = [
  ['姓名', '班级'],
  ['张小三', '三年级1班'],
  ['李小四🙂', ''],
]
const text = table.map((cells) => cells.join(',')).join('\r\n')

test('a CSV is read in UTF-8, UTF-16 of either byte order, and GB18030', async () => {
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
  const forms = { utf8: Buffer.from(text), bom: Buffer.from(`\ufeff${text}`), utf16, swapped: Buffer.from(utf16).swap16() }
  for (const [name, bytes] of Object.entries(forms)) assert.deepEqual(cellsOf(await rowsOf(bytes)), table, name)
  const plain = table.map((cells) => cells.map((cell) => cell.replace('🙂', '')))
  assert.deepEqual(cellsOf(await rowsOf(gb18030(text.replace('🙂', '')))), plain)
})

test('commas, semicolons or tabs separate cells, and quotes protect them', async () => {
  for (const mark of [',', ';', '\t']) {
    const file = `a${mark}"b ${mark} ""c"""${mark}d\n1${mark}2${mark}3\n`
    assert.deepEqual(
      cellsOf(await rowsOf(Buffer.from(file))),
      [
        ['a', `b ${mark} "c"`, 'd'],
        ['1', '2', '3'],
      ],
      mark,
    )
  }
})

test('the delimiter is found below a title, whatever else the cells contain', async () => {
  const rowsBelow = (title: string, mark: string, other: string) =>
    `${title}\n\na${mark}b\n"x${other}\n${other}"${mark}1${other}2${other}3\nc${mark}d\n`
  for (const title of ['实验小学名册', '[实验小学]', '名册,2026', '名册;2026;秋'])
    for (const [mark, other] of [
      [',', ';'],
      [';', ','],
      ['\t', ';'],
      ['\t', ','],
    ] as const) {
      const cells = cellsOf(await rowsOf(Buffer.from(rowsBelow(title, mark, other)))).slice(-3)
      assert.deepEqual(
        cells,
        [
          ['a', 'b'],
          [`x${other}\n${other}`, `1${other}2${other}3`],
          ['c', 'd'],
        ],
        JSON.stringify([title, mark]),
      )
    }
})

test('a row has the number of the line on which it begins, also after empty lines and multi-line cells', async () => {
  const rows = await rowsOf(Buffer.from('a,b\n\n"two\nlines",1\nc,2\n'))
  assert.deepEqual(
    rows.filter(({ cells }) => cells.some(Boolean)).map(({ line, cells }) => [line, cells[0]]),
    [
      [1, 'a'],
      [3, 'two\nlines'],
      [5, 'c'],
    ],
  )
})

test('a quote that is never closed is reported with the line where it begins', async () => {
  await assert.rejects(rowsOf(Buffer.from('a,b\n1,"2\n3,4\n')), /a quote \("\) that begins after line 2 has no end/)
})

test('a long file is parsed in pieces, and no character is cut in half', async () => {
  const cell = 'a🙂'.repeat(9000)
  assert.deepEqual(cellsOf(await rowsOf(Buffer.from(`${cell}\n${cell},${cell}\n${cell}${'\n'}`))), [[cell], [cell, cell], [cell]])
})

test('the visible sheets of a workbook are read, with numbers as typed and rounded ones marked', async () => {
  const file = await writeXlsx({
    sheets: [
      { name: '旧', hidden: true, rows: [['x']] },
      { name: '名册', rows: [['学号', '手机'], [20260101, 13_900_000_001], [320_102_201_812_120_000, true], [], ['007', null]] },
    ],
  })
  const sheets = sheetsOfXlsx(unzip(file))
  assert.deepEqual(
    sheets.map(({ name }) => name),
    ['名册'],
  )
  const rows = await Array.fromAsync(sheets[0]?.rows as Iterable<Row>)
  assert.deepEqual(
    rows.filter(({ cells }) => cells.length).map(({ line, cells }) => [line, ...cells]),
    [
      [1, '学号', '手机'],
      [2, '20260101', '13900000001'],
      [3, `${roundedMark}320102201812120000`, 'true'],
      [5, '007'],
    ],
  )
})

test('a workbook is read as Excel, WPS and other programs write one: prefixes, shared texts, runs, dates, formulas, escapes', async () => {
  const sheets = '<x:sheet name="a" sheetId="1" r:id="r1"/><x:sheet name="旧" state="veryHidden" r:id="r9"/>'
  const files = {
    'xl/workbook.xml': `<x:workbook><x:workbookPr date1904="1"/><x:sheets>${sheets}</x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="/xl/sheets/one.xml"/><Relationship Id="r9" Target="none.xml"/></Relationships>',
    'xl/sharedStrings.xml': `\ufeff<sst><si><t>学号</t></si><si><r><t>三</t></r><r><t xml:space="preserve">&#x5e74;&amp; </t></r><rPh><t>san</t></rPh></si></sst>`,
    'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="170" formatCode='yyyy"年"m"月"'/><numFmt numFmtId="171" formatCode='[Red]0.0" 分 y"'/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    'xl/sheets/one.xml': `<x:worksheet><x:sheetData>
      <x:row r="3"><x:c r="A3" t="s"><x:v>0</x:v></x:c><x:c r="C3" t="s"><x:v>1</x:v></x:c><x:c><x:v>1.39E10</x:v></x:c></x:row>
      <x:row><x:c s="1"><x:v>44521</x:v></x:c><x:c s="3"><x:v>44521.75</x:v></x:c><x:c s="2"><x:v>44521</x:v></x:c><x:c t="d"><x:v>2026-11-22T00:00:00</x:v></x:c></x:row>
      <x:row><x:c t="str"><x:f>A1&amp;"x"</x:f><x:v>a_x000D_b_x005F_</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="inlineStr"><x:is><x:t><![CDATA[<c>]]></x:t></x:is></x:c></x:row>
    </x:sheetData></x:worksheet>`,
  }
  const [sheet, ...others] = sheetsOfXlsx(unzip(await zipOf(files)))
  assert.equal(others.length, 0)
  assert.deepEqual(await Array.fromAsync(sheet?.rows as Iterable<Row>), [
    { line: 3, cells: ['学号', '', '三年& ', '13900000000'] },
    { line: 4, cells: ['2025-11-22', '2025-11-22 18:00:00', '44521', '2026-11-22'] },
    { line: 5, cells: ['a\rb_', 'true', '#N/A', '<c>'] },
  ])
})

test('a workbook in which a part is missing or is no XML is refused by the name of the part', async () => {
  const workbook = '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'
  const rels = '<Relationships><Relationship Id="r1" Target="one.xml"/></Relationships>'
  const read = async (files: Record<string, string>) =>
    Array.fromAsync(sheetsOfXlsx(unzip(await zipOf({ 'xl/workbook.xml': workbook, ...files })))[0]?.rows ?? [])
  await assert.rejects(read({}), /workbook.xml.rels does not say which file the sheet "a" is in/)
  await assert.rejects(read({ 'xl/_rels/workbook.xml.rels': rels }), /the workbook has no xl\/one.xml/)
  const parts = { 'xl/_rels/workbook.xml.rels': rels, 'xl/one.xml': '<worksheet>\n<row></c>' }
  await assert.rejects(read(parts), /xl\/one.xml cannot be read: Unexpected close tag/)
  await assert.rejects(read({ ...parts, 'xl/one.xml': '<a>&lol;</a>' }), /one.xml cannot be read: Invalid character entity/)
})

test('ZIP files of Rollcall and of other programs are unpacked, and damaged ones are refused', needs('python3'), async (t) => {
  const files = { 'users.csv': 'sourcedId\n1\n', '名册/a.csv': 'x'.repeat(100_000), empty: '' }
  const entries = Object.entries(files).map(([name, body]) => ({ name, bytes: () => [Buffer.from(body)] }))
  const ours = Buffer.concat(await Array.fromAsync(zip(entries)))
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const python = `import zipfile, sys, json
z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
z.comment = b'made elsewhere'
for name, body in json.loads(sys.argv[2]).items(): z.writestr(name, body)
z.close()`
  execFileSync('python3', ['-c', python, join(folder, 'a.zip'), JSON.stringify(files)])
  for (const bytes of [ours, readFileSync(join(folder, 'a.zip'))]) {
    const unpacked = unzip(bytes)
    for (const [name, body] of Object.entries(files)) assert.equal(String(unpacked.get(name)?.()), body, name)
  }
  const changed = Buffer.from(ours)
  changed[40] = (changed[40] ?? 0) ^ 255
  assert.throws(() => unzip(changed).get('users.csv')?.(), /users.csv is damaged/)
  assert.throws(() => unzip(ours.subarray(0, 200)), /directory is missing/)
  writeFileSync(join(folder, 'b'), 'PK\u0003\u0004 nothing')
  assert.throws(() => unzip(readFileSync(join(folder, 'b'))), /directory is missing/)
})

test('a ZIP that claims a too large or a wrong unpacked size is refused', async () => {
  const bytes = Buffer.concat(await Array.fromAsync(zip([{ name: 'a', bytes: () => [Buffer.alloc(1000)] }])))
  const claim = (size: number) => {
    const lying = Buffer.from(bytes)
    const directory = lying.indexOf(Buffer.from('504b0102', 'hex'))
    lying.writeUInt32LE(size, directory + 24)
    return lying
  }
  assert.throws(() => unzip(claim(2 ** 31)), /expected at most 64 MB, unpacked/)
  // unpacking stops when it exceeds the claimed size
  assert.throws(() => unzip(claim(10)).get('a')?.(), /damaged/)
})

test('a ZIP64 archive is unpacked, within the same limits', async () => {
  assert.equal(String(unzip(zip64Of('名册/a.csv', 'text')).get('名册/a.csv')?.()), 'text')
  assert.throws(() => unzip(zip64Of('a', 'text', { size: 2 ** 40 })), /expected at most 64 MB, unpacked/)
  assert.throws(() => unzip(zip64Of('a', 'text', { size: 3 })).get('a')?.(), /a is damaged/)
  assert.throws(() => unzip(zip64Of('a', 'text', { fileCount: 2 ** 50 })), /expected at most 5000 files in the ZIP, got 1125899906842624/)
  assert.throws(() => unzip(zip64Of('a', 'text', { fileCount: 2 })), /its directory is damaged/)
  for (const end64Offset of [0, 2 ** 60]) assert.throws(() => unzip(zip64Of('a', 'text', { end64Offset })), /its directory is damaged/)
  const cut = zip64Of('a', 'text')
  cut.writeUInt16LE(4, cut.indexOf(Buffer.from('01001800', 'hex')) + 2)
  assert.throws(() => unzip(cut), /its directory is damaged/)
})

test('a ZIP64 archive of Python is unpacked', needs('python3'), (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const python = `import zipfile, sys
zipfile.ZIP64_LIMIT = 2
zipfile.ZIP_FILECOUNT_LIMIT = 0
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('a', 'one' * 9); z.writestr('b', 'two' * 9)`
  execFileSync('python3', ['-c', python, join(folder, 'a.zip')])
  const bytes = readFileSync(join(folder, 'a.zip'))
  assert.ok(bytes.includes(Buffer.from('504b0606', 'hex')), 'this is ZIP64')
  assert.deepEqual(
    [...unzip(bytes)].map(([name, unpack]) => [name, String(unpack())]),
    [
      ['a', 'one'.repeat(9)],
      ['b', 'two'.repeat(9)],
    ],
  )
})
