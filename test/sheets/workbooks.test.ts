import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sheetsOfXlsx } from '../../src/sheets/read_xlsx.ts'
import type { Row } from '../../src/sheets/rows.ts'
import { unzip } from '../../src/sheets/unzip.ts'
import { sheetEnd, sheetStart, workbookOf } from './bombs.ts'

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
