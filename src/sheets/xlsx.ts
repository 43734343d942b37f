import { type Cell, localTime, type Sheet, type SheetOptions, type SheetWriter } from './sheet.ts'
import { sheetNamer } from './sheet_names.ts'
import { attribute, escapeText, parts, styles } from './xlsx_parts.ts'
import { type ZipEntry, zip } from './zip.ts'

/** Excel's and WPS's own form (ECMA-376), written by the row; why not by a package: decisions/spreadsheets.md. */
export const xlsx: SheetWriter = {
  extension: 'xlsx',
  type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  write: writeXlsx,
}

/** Excel's limit, header included; more go on into a second sheet. */
export const rowsPerSheet = 1_048_576

export async function* writeXlsx(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions = {},
  most = rowsPerSheet,
): AsyncGenerator<Uint8Array, void> {
  yield* zip(entries(sheets, options, most))
}

async function* entries(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions,
  most: number,
): AsyncGenerator<ZipEntry, void> {
  const nameOf = sheetNamer()
  const names: string[] = []
  for await (const sheet of sheets) {
    const rows = cursorOf(sheet)
    try {
      do {
        names.push(nameOf(sheet.name))
        yield { name: `xl/worksheets/sheet${names.length}.xml`, bytes: () => sheetXml(sheet, rows, options, most) }
      } while (await rows.peek())
    } finally {
      await rows.close()
    }
  }
  // Excel opens no book without a sheet
  if (names.length === 0) {
    names.push('1')
    yield { name: 'xl/worksheets/sheet1.xml', bytes: () => [Buffer.from(`${open}<sheetData/></worksheet>`)] }
  }
  for (const [name, text] of Object.entries(parts(names))) yield { name, bytes: () => [Buffer.from(text)] }
}

const open =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
/** the header stays in sight */
const frozen =
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
const chunkSize = 65_536

async function* sheetXml(
  sheet: Sheet,
  rows: ReturnType<typeof cursorOf>,
  { timeZone }: SheetOptions,
  most: number,
): AsyncGenerator<Buffer> {
  const widths = sheet.columns.map(({ header, width }) => width ?? Math.max(10, 2 + [...header].length * 2))
  const columns = widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
  let text = `${open}${frozen}${columns.length ? `<cols>${columns.join('')}</cols>` : ''}<sheetData>`
  text += `<row r="1">${sheet.columns.map(({ header }) => textCell(header, styles.header)).join('')}</row>`
  for (let line = 2; line <= most && (await rows.peek()); line++) {
    text += `<row r="${line}">`
    for (const cell of rows.take()) text += cellXml(cell, timeZone)
    text += '</row>'
    if (text.length < chunkSize) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`)
}

function cellXml(cell: Cell, timeZone: string | undefined): string {
  if (typeof cell === 'number') return Number.isFinite(cell) ? `<c><v>${cell}</v></c>` : '<c/>'
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '<c/>' : `<c s="${styles.date}"><v>${dayNumber(cell, timeZone)}</v></c>`
  if (cell === null || cell === undefined || cell === '') return '<c/>'
  // a text cell is never run; the quote prefix keeps it text when somebody edits it
  return textCell(cell, /^[=+\-@\t\r＝＋－＠]/.test(cell) ? styles.quoted : styles.text)
}

/** Excel's longest cell. */
const longest = 32_767
const textCell = (text: string, style: number) =>
  `<c t="inlineStr"${attribute('s', style)}><is><t xml:space="preserve">${escapeText(text.slice(0, longest))}</t></is></c>`

/** Days since 30 December 1899, as the clocks of the zone show them: Excel knows no zones. */
function dayNumber(date: Date, timeZone: string | undefined): number {
  const shown = Date.parse(`${localTime(date, timeZone).replace(' ', 'T')}Z`)
  return Math.round((shown / 86_400_000 + 25_569) * 86_400) / 86_400
}

/** The rows one at a time, with a look at whether there is another. */
function cursorOf(sheet: Sheet) {
  const rows = Symbol.asyncIterator in sheet.rows ? sheet.rows[Symbol.asyncIterator]() : sheet.rows[Symbol.iterator]()
  let ahead: readonly Cell[] | undefined
  let over = false
  return {
    async peek(): Promise<boolean> {
      if (ahead || over) return ahead !== undefined
      const next = await rows.next()
      if (next.done) over = true
      else ahead = next.value
      return !over
    },
    take(): readonly Cell[] {
      const row = ahead ?? []
      ahead = undefined
      return row
    },
    async close(): Promise<void> {
      if (!over) await rows.return?.()
      over = true
    },
  }
}
