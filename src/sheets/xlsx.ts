import type { Cell, Sheet, SheetOptions, SheetWriter } from './sheet.ts'
import { sheetNamer } from './sheet_names.ts'
import { timeFormatter } from './time_formatter.ts'
import { attribute, escapeText, sharedFiles, styles } from './xlsx_parts.ts'
import { type ZipEntry, zip } from './zip.ts'

/** The format of Excel and WPS (ECMA-376), written row by row. decisions/spreadsheets.md says why no package is used for it. */
export const xlsx: SheetWriter = {
  extension: 'xlsx',
  type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  write: writeXlsx,
}

/** Excel's maximum number of rows per sheet, including the header. Further rows go into another sheet. */
export const rowsPerSheet = 1_048_576

/** Yields the bytes of a workbook; rows are read while the file is written. `maxRows` is lower only in tests. */
export async function* writeXlsx(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions = {},
  maxRows = rowsPerSheet,
): AsyncGenerator<Uint8Array, void> {
  yield* zip(workbookFiles(sheets, options, maxRows))
}

/** Yields the files of the workbook's ZIP archive: one per sheet, then those that depend on the names of all sheets. */
async function* workbookFiles(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions,
  maxRows: number,
): AsyncGenerator<ZipEntry, void> {
  const nameOf = sheetNamer()
  const names: string[] = []
  for await (const sheet of sheets) {
    const rows = rowReader(sheet)
    try {
      do {
        names.push(nameOf(sheet.name))
        yield { name: `xl/worksheets/sheet${names.length}.xml`, bytes: () => sheetXml(sheet, rows, options, maxRows) }
      } while (await rows.peek())
    } finally {
      await rows.close()
    }
  }
  // Excel refuses to open a workbook without a sheet.
  if (names.length === 0) {
    names.push('1')
    yield { name: 'xl/worksheets/sheet1.xml', bytes: () => [Buffer.from(`${sheetStart}<sheetData/></worksheet>`)] }
  }
  for (const [name, text] of Object.entries(sharedFiles(names))) yield { name, bytes: () => [Buffer.from(text)] }
}

const sheetStart =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
/** Keeps the header visible when the sheet is scrolled. */
const frozenHeader =
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
/** Number of characters that are collected before they are yielded. */
const chunkLength = 65_536

/** Yields the XML of one sheet, in chunks: the header and the next rows, at most `maxRows` together. */
async function* sheetXml(
  sheet: Sheet,
  rows: ReturnType<typeof rowReader>,
  { timeZone }: SheetOptions,
  maxRows: number,
): AsyncGenerator<Buffer> {
  const formatTime = timeFormatter(timeZone)
  const widths = sheet.columns.map(({ header, width }) => width ?? Math.max(10, 2 + [...header].length * 2))
  const columns = widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
  let text = `${sheetStart}${frozenHeader}${columns.length ? `<cols>${columns.join('')}</cols>` : ''}<sheetData>`
  text += `<row r="1">${sheet.columns.map(({ header }) => textCell(header, styles.header)).join('')}</row>`
  for (let line = 2; line <= maxRows && (await rows.peek()); line++) {
    text += `<row r="${line}">`
    for (const cell of rows.take()) text += cellXml(cell, formatTime)
    text += '</row>'
    if (text.length < chunkLength) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`)
}

function cellXml(cell: Cell, formatTime: (date: Date) => string): string {
  if (typeof cell === 'number') return Number.isFinite(cell) ? `<c><v>${cell}</v></c>` : '<c/>'
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '<c/>' : `<c s="${styles.date}"><v>${dayNumber(cell, formatTime)}</v></c>`
  if (cell === null || cell === undefined || cell === '') return '<c/>'
  // Excel never runs a text cell as a formula. The quote prefix keeps the cell a text when somebody edits it.
  return textCell(cell, /^[=+\-@\t\r＝＋－＠]/.test(cell) ? styles.quoted : styles.text)
}

/** Excel's maximum number of UTF-16 units per cell. */
const maxCellLength = 32_767
const textCell = (text: string, style: number) =>
  `<c t="inlineStr"${attribute('s', style)}><is><t xml:space="preserve">${escapeText(text.slice(0, maxCellLength))}</t></is></c>`

/** Returns a date as Excel stores it: in days since 30 December 1899, in local time, because Excel has no time zones. */
function dayNumber(date: Date, formatTime: (date: Date) => string): number {
  const localMs = Date.parse(`${formatTime(date).replace(' ', 'T')}Z`)
  return Math.round((localMs / 86_400_000 + 25_569) * 86_400) / 86_400
}

/**
 * Reads the rows of a sheet one at a time. `peek` says whether there is another row, `take` returns the row that `peek` found, and `close`
 * ends the iteration of the sheet's rows.
 */
function rowReader(sheet: Sheet) {
  const rows = Symbol.asyncIterator in sheet.rows ? sheet.rows[Symbol.asyncIterator]() : sheet.rows[Symbol.iterator]()
  let next: readonly Cell[] | undefined
  let isOver = false
  return {
    async peek(): Promise<boolean> {
      if (next || isOver) return next !== undefined
      const result = await rows.next()
      if (result.done) isOver = true
      else next = result.value
      return !isOver
    },
    take(): readonly Cell[] {
      const row = next ?? []
      next = undefined
      return row
    },
    async close(): Promise<void> {
      if (!isOver) await rows.return?.()
      isOver = true
    },
  }
}
