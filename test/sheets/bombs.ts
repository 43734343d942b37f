import { sharedFiles } from '../../src/sheets/xlsx_parts.ts'
import { zip } from '../../src/sheets/zip.ts'

/** Files that are small and unpack or parse to something large. */

/** A text repeated to at most `length` characters. */
export const filled = (text: string, length: number) => text.repeat(Math.floor(length / text.length))

/** A ZIP archive of these files. */
export const zipOf = async (files: Readonly<Record<string, string | Buffer>>) =>
  Buffer.concat(
    await Array.fromAsync(
      zip(Object.entries(files).map(([name, body]) => ({ name, bytes: () => [typeof body === 'string' ? Buffer.from(body) : body] }))),
    ),
  )

/** A workbook with one sheet of this XML, and these files beside those that a workbook needs. */
export const workbookOf = (sheet: string | Buffer, more: Readonly<Record<string, string>> = {}) =>
  zipOf({ ...sharedFiles(['名册']), 'xl/worksheets/sheet1.xml': sheet, ...more })

export const sheetStart = '<worksheet><sheetData>'
export const sheetEnd = '</sheetData></worksheet>'
const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`
export const headerRow = `<row>${cell('学号')}${cell('姓名')}${cell('班级')}</row>`

/** A workbook of 100 kB that takes seconds to read, and has one row: 30 MB of cells, all of them in the same place. */
export const slowWorkbook = () =>
  workbookOf(`${sheetStart}${headerRow}<row>${filled('<c r="A2"><v>1</v></c>', 30_000_000)}</row>${sheetEnd}`)
