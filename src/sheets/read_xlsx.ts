import { type CellValue, readXlsx, streamXlsxRows } from 'hucre/xlsx'
import { maxRows, type ReadSheet, type Row, roundedMark } from './rows.ts'

/** Returns the visible sheets of a workbook, in order. Rows are read from the file only when a sheet's `rows` are iterated. */
export async function sheetsOfXlsx(bytes: Uint8Array): Promise<ReadSheet[]> {
  const visible: { name: string; index: number }[] = []
  await readXlsx(bytes, {
    sheets: ({ name, hidden, veryHidden }, index) => {
      if (!hidden && !veryHidden) visible.push({ name, index })
      return false // do not load the cells: they are streamed below
    },
  })
  return visible.map(({ name, index }) => ({ name, rows: rowsOf(bytes, index) }))
}

async function* rowsOf(bytes: Uint8Array, sheet: number): AsyncGenerator<Row> {
  let count = 0
  for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
    if (++count > maxRows) throw new Error(`expected at most ${maxRows} rows`)
    yield { line: index + 1, cells: values.map(textOf) }
  }
}

/**
 * Returns a cell as text. Excel stores only the first fifteen digits of a number, so a longer one (such as a student number that was not
 * entered as text) is damaged; it gets `roundedMark` in front, so that the importer can refuse it.
 */
function textOf(value: CellValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'number' && Math.abs(value) >= 1e15) return `${roundedMark}${value}`
  return String(value)
}
