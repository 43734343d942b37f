import { setImmediate as turn } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import { type Cell, localTime, type Sheet, type SheetOptions, type SheetWriter } from './sheet.ts'

/** Rows turned to text at once: a few milliseconds, after which others have their turn. */
const atOnce = 1000

/** UTF-8 with BOM, without which Excel reads Chinese as Latin; lines end as RFC 4180 has them. */
export const csv: SheetWriter = {
  extension: 'csv',
  type: 'text/csv; charset=utf-8',
  write: writeCsv,
}

export async function* writeCsv(
  sheets: Iterable<Sheet> | AsyncIterable<Sheet>,
  options: SheetOptions = {},
): AsyncGenerator<Uint8Array, void> {
  let sheet: Sheet | undefined
  for await (const each of sheets) {
    if (sheet) throw new Error('CSV holds one sheet; write XLSX for several')
    sheet = each
    yield* lines([sheet.columns.map(({ header }) => header)], options, true)
    let some: (readonly Cell[])[] = []
    for await (const row of sheet.rows) {
      some.push(row)
      if (some.length < atOnce) continue
      yield* lines(some, options)
      some = []
      await turn()
    }
    yield* lines(some, options)
  }
}

function* lines(rows: readonly (readonly Cell[])[], { timeZone }: SheetOptions, bom = false): Generator<Uint8Array> {
  if (rows.length === 0) return
  yield Buffer.from(
    stringify(rows as Cell[][], {
      bom,
      escape_formulas: true,
      record_delimiter: 'windows',
      quoted_match: /[\r\n]/, // 6.9.0 leaves a bare \n unquoted beside this delimiter
      cast: { date: (date) => (Number.isNaN(date.getTime()) ? '' : localTime(date, timeZone)), boolean: String },
    }),
  )
}
