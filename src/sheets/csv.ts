import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import type { Cell, Sheet, SheetOptions, SheetWriter } from './sheet.ts'
import { timeFormatter } from './time_formatter.ts'

/** Number of rows that are serialised without a pause. That takes a few milliseconds; then the event loop serves others. */
const rowsPerChunk = 1000

/** CSV with CRLF line ends (RFC 4180), in UTF-8 with a byte-order mark: without the mark, Excel does not read the file as UTF-8. */
export const csv: SheetWriter = {
  extension: 'csv',
  type: 'text/csv; charset=utf-8',
  write: writeCsv,
}

/**
 * Yields the bytes of a CSV file of one sheet; rows are read while the file is written. Throws if there is more than one sheet.
 * Cells that a spreadsheet program would run as a formula are escaped.
 */
export async function* writeCsv(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const formatTime = timeFormatter(options.timeZone)
  let hasSheet = false
  for await (const sheet of sheets) {
    if (hasSheet) throw new Error('CSV holds one sheet; write XLSX for several')
    hasSheet = true
    yield* serialise([sheet.columns.map(({ header }) => header)], formatTime, true)
    let chunk: (readonly Cell[])[] = []
    for await (const row of sheet.rows) {
      chunk.push(row)
      if (chunk.length < rowsPerChunk) continue
      yield* serialise(chunk, formatTime)
      chunk = []
      await yieldToEventLoop()
    }
    yield* serialise(chunk, formatTime)
  }
}

function* serialise(rows: readonly (readonly Cell[])[], formatTime: (date: Date) => string, bom = false): Generator<Uint8Array> {
  if (rows.length === 0) return
  yield Buffer.from(
    stringify(rows as Cell[][], {
      bom,
      escape_formulas: true,
      record_delimiter: 'windows',
      quoted_match: /[\r\n]/, // csv-stringify 6.9.0 would not quote a cell with a single \n when lines end in \r\n
      cast: { date: (date) => (Number.isNaN(date.getTime()) ? '' : formatTime(date)), boolean: String },
    }),
  )
}
