import type { Cell, Column, Sheet } from '../../sheets/sheet.ts'
import type { Table } from './table.ts'
import { type Lang, translate } from './words.ts'

/** Returns a table as one sheet of a spreadsheet. Reads the table's entries only when the sheet's rows are read. */
export const sheetOf = <Entry>(table: Table<Entry>, lang: Lang, name: string): Sheet => ({
  name,
  columns: sheetColumns(table, lang),
  rows: rowsOf(table),
})

/** Returns the headers and widths of a table's columns, in one language. */
export const sheetColumns = <Entry>(table: Table<Entry>, lang: Lang): Column[] =>
  table.columns.map(({ header, width }) => ({ header: translate(header, lang), ...(width !== undefined && { width }) }))

async function* rowsOf<Entry>(table: Table<Entry>): AsyncGenerator<Cell[]> {
  for await (const entry of table.entries) yield table.columns.map(({ cell }) => cell(entry))
}
