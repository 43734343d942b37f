import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isXlsx, sheetsOfXlsx } from '../../src/sheets/read_xlsx.ts'
import type { Row } from '../../src/sheets/rows.ts'
import { unzip } from '../../src/sheets/unzip.ts'
import { sheetEnd, sheetStart, workbookOf, zipOf } from './bombs.ts'

/** The cells of the first sheet of a workbook. */
const cellsOf = async (workbook: Uint8Array) =>
  (await Array.fromAsync(sheetsOfXlsx(unzip(workbook))[0]?.rows as Iterable<Row>)).map(({ cells }) => cells)

const sharedTexts = { 'xl/sharedStrings.xml': '<sst><si><t>学号</t></si></sst>' }

test('a cell of shared texts without a number is empty', async () => {
  const cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"/><c r="C1" t="s"><v></v></c><c r="D1" t="s"><v>0</v></c>'
  const workbook = await workbookOf(`${sheetStart}<row r="1">${cells}</row>${sheetEnd}`, sharedTexts)
  assert.deepEqual(await cellsOf(workbook), [['学号', '', '', '学号']])
})

test('a cell that refers to a shared text that does not exist is refused by its name', async () => {
  const refer = (no: string) => workbookOf(`${sheetStart}<row r="3"><c r="AB3" t="s"><v>${no}</v></c></row>${sheetEnd}`, sharedTexts)
  for (const no of ['1', '-1', '0.5', 'x'])
    await assert.rejects(cellsOf(await refer(no)), { message: `cell AB3 refers to shared text ${no}, which the workbook does not have` })
})

const relationships = (...all: readonly (readonly [id: string, type: string, target: string])[]) =>
  `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://purl.oclc.org/ooxml/${type}" Target="${target}"/>`).join('')}</Relationships>`
const sheetXml = `${sheetStart}<row><c t="s"><v>0</v></c><c s="1"><v>44521</v></c></row>${sheetEnd}`
const workbookXml = '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'
const stylesXml = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'

test('a sheet is found by a target that is absolute, relative, or has other slashes', async () => {
  const targets = ['./worksheets/sheet1.xml', '../xl/worksheets/sheet1.xml', '/xl/worksheets/sheet1.xml', 'worksheets\\sheet1.xml']
  for (const target of targets) {
    const rels = { 'xl/_rels/workbook.xml.rels': relationships(['r1', 'worksheet', target]) }
    const workbook = await workbookOf(`${sheetStart}<row><c><v>7</v></c></row>${sheetEnd}`, rels)
    assert.deepEqual(await cellsOf(workbook), [['7']], target)
  }
})

test('the parts of a workbook may have any names', async () => {
  const files = {
    '_rels/.rels': relationships(['a', 'other', 'none.xml'], ['b', 'officeDocument', '/book/main.xml']),
    'book/main.xml': workbookXml,
    'book/_rels/main.xml.rels': relationships(
      ['r1', 'worksheet', '../a.xml'],
      ['t', 'sharedStrings', 'texts.xml'],
      ['s', 'styles', '/s/s.xml'],
    ),
    'a.xml': sheetXml,
    'book/texts.xml': '<sst><si><t>学号</t></si></sst>',
    's/s.xml': stylesXml,
  }
  assert.deepEqual(await cellsOf(await zipOf(files)), [['学号', '2021-11-21']])
})

test('a workbook is read whose names differ in case or have backslashes', async () => {
  const files = {
    '_Rels/.rels': relationships(['b', 'officeDocument', 'xl/workbook.xml']),
    'xl\\Workbook.xml': workbookXml,
    'xl\\_rels\\workbook.xml.rels': relationships(['r1', 'worksheet', 'worksheets/sheet1.xml']),
    'xl\\worksheets\\Sheet1.xml': sheetXml,
    'xl\\SharedStrings.xml': '<sst><si><t>学号</t></si></sst>',
    'xl\\styles.xml': stylesXml,
  }
  assert.deepEqual(await cellsOf(await zipOf(files)), [['学号', '2021-11-21']])
})

test('a document of another kind is no workbook', async () => {
  const word = unzip(
    await zipOf({ '_rels/.rels': relationships(['b', 'officeDocument', 'word/document.xml']), 'word/document.xml': '<document/>' }),
  )
  assert.throws(() => sheetsOfXlsx(word), /word\/document.xml is no workbook/)
  assert.equal(
    isXlsx(unzip(await zipOf({ '_rels/.rels': relationships(['b', 'officeDocument', 'xl/workbook.bin']), 'xl/workbook.bin': '' }))),
    false,
  )
  const far = unzip(await zipOf({ '_rels/.rels': relationships(['b', 'officeDocument', 'a/'.repeat(1000)]) }))
  assert.throws(() => isXlsx(far), /the package refers to a part by more than 1000 characters/)
})

test('a number whose format is only zeros has the zeros in front that Excel shows', async () => {
  const codes = ['00000000', '0', '00.0', '0'.repeat(300), '000yyyy']
  const formats = codes.map((code, no) => `<numFmt numFmtId="${170 + no}" formatCode="${code}"/>`).join('')
  const styles = [1, 170, 171, 172, 173, 174].map((id) => `<xf numFmtId="${id}"/>`).join('')
  const more = { 'xl/styles.xml': `<styleSheet><numFmts>${formats}</numFmts><cellXfs>${styles}</cellXfs></styleSheet>` }
  const cell = (style: number, value: string, type = 'n') => `<c s="${style}" t="${type}"><v>${value}</v></c>`
  const rows = [
    [cell(1, '123456'), cell(1, '123456789'), cell(1, '0'), cell(1, '1.5'), cell(1, '-5'), cell(1, 'abc', 'str')],
    [cell(0, '7'), cell(2, '7'), cell(3, '7'), cell(4, '7'), cell(5, '44521'), cell(9, '7')],
  ]
  const sheet = `${sheetStart}${rows.map((cells) => `<row>${cells.join('')}</row>`).join('')}${sheetEnd}`
  assert.deepEqual(await cellsOf(await workbookOf(sheet, more)), [
    ['00123456', '123456789', '00000000', '1.5', '-5', 'abc'],
    ['7', '7', '7', '7', '2021-11-21', '7'],
  ])
})

test('the XML of a workbook may be UTF-16 of either byte order', async () => {
  const utf16 = Buffer.from(`\ufeff${sheetStart}<row><c t="str"><v>张🙂</v></c></row>${sheetEnd}`, 'utf16le')
  for (const bytes of [utf16, Buffer.from(utf16).swap16()]) assert.deepEqual(await cellsOf(await workbookOf(bytes)), [['张🙂']])
})
