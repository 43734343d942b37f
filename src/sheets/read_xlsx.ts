import { type CellValue, readXlsx as readBook, streamXlsxRows } from 'hucre/xlsx'
import { mostRows, type ReadSheet, type Row, roundedMark } from './rows.ts'

/** The sheets of a book that are to be seen, in order; rows come as they are read. */
export async function sheetsOfXlsx(bytes: Uint8Array): Promise<ReadSheet[]> {
  const seen: { name: string; index: number }[] = []
  await readBook(bytes, {
    sheets: ({ name, hidden, veryHidden }, index) => {
      if (!hidden && !veryHidden) seen.push({ name, index })
      return false // names alone: the cells are streamed
    },
  })
  return seen.map(({ name, index }) => ({ name, rows: rowsOf(bytes, index) }))
}

async function* rowsOf(bytes: Uint8Array, sheet: number): AsyncGenerator<Row> {
  let count = 0
  for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
    if (++count > mostRows) throw new Error(`expected at most ${mostRows} rows`)
    yield { line: index + 1, cells: values.map(textOf) }
  }
}

/**
 * A number that is a name, such as a student's, is shown as it was typed. Excel itself keeps fifteen digits of it: one with more has
 * lost the others, and is told from a good one by the mark in front.
 */
function textOf(value: CellValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'number' && Math.abs(value) >= 1e15) return `${roundedMark}${value}`
  return String(value)
}
