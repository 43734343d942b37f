import { cellName, checkCell, rowCounter } from './limits.ts'
import { readXml } from './read_xml.ts'
import type { ReadSheet, Row } from './rows.ts'
import type { Unzipped } from './unzip.ts'
import { type CellForm, cellText } from './xlsx_cells.ts'
import { type Package, packageOf } from './xlsx_package.ts'
import { readWorkbook, workbookPartOf } from './xlsx_workbook.ts'

/**
 * Returns the visible sheets of a workbook, in order. Rows are read from the file only when a sheet's `rows` are iterated; those without
 * a text are left out. Reading blocks the thread. Throws an error if a part is missing or is no XML, or if a cell refers to a missing text, and a `TooLargeError` if the workbook
 * is beyond a limit of limits.ts.
 */
export function sheetsOfXlsx(files: Unzipped): ReadSheet[] {
  const parts = packageOf(files)
  const { sheets, form } = readWorkbook(parts)
  const countRow = rowCounter()
  return sheets.map(({ name, part }) => ({ name, rows: rowsOf(parts, part, form, countRow) }))
}

/** Whether an unzipped archive is a workbook. Throws an error if the archive's list of relationships is no XML. */
export const isXlsx = (files: Unzipped) => workbookPartOf(packageOf(files)) !== undefined

function* rowsOf(parts: Package, part: string, form: CellForm, countRow: () => void): Generator<Row> {
  const bytes = parts.read(part)
  if (!bytes) throw new Error(`the workbook has no ${part}`)
  const found: Row[] = []
  for (const _ of readXml(
    bytes,
    part,
    rowHandlers(form, (row) => found.push(row)),
  )) {
    for (const row of found) {
      countRow()
      yield row
    }
    found.length = 0
  }
}

/** The handlers that put the cells of a sheet's XML together to rows. Rows without a text are not passed to `add`. */
function rowHandlers(form: CellForm, add: (row: Row) => void) {
  let line = 0
  let index = -1
  let cells: string[] = []
  let type = ''
  let style = 0
  let value = ''
  let isText = false
  return {
    open(name: string, { r, t, s }: Readonly<Record<string, string>>): void {
      isText = name === 'v' || name === 't'
      if (name === 'row') {
        line = rowNumber(r) ?? line + 1
        index = -1
        cells = []
      } else if (name === 'c') {
        index = columnIndex(r) ?? index + 1
        type = t ?? ''
        style = Number(s ?? 0)
        value = ''
      }
    },
    text(text: string): void {
      // an inline text may have several runs, each with a <t>
      if (isText) value += text
    },
    close(name: string): void {
      isText = false
      if (name === 'c') {
        const text = cellText(value, type, style, form)
        if (text === undefined)
          throw new Error(
            `cell ${cellName(line, index)} refers to shared text ${value.trim().slice(0, 20)}, which the workbook does not have`,
          )
        if (text === '') return
        checkCell(text, line, index)
        while (cells.length < index) cells.push('')
        cells[index] = text
      } else if (name === 'row' && cells.length > 0) add({ line, cells })
    },
  }
}

const rowNumber = (reference: string | undefined) => (reference && /^\d{1,7}$/.test(reference) ? Number(reference) : undefined)

/** The column of a cell's reference, counted from 0: 0 for A1, 27 for AB7. Undefined if there is no reference. */
function columnIndex(reference: string | undefined): number | undefined {
  const letters = /^[A-Za-z]{1,3}/.exec(reference ?? '')?.[0]
  if (!letters) return undefined
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
