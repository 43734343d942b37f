/** A row of a file. `line` is where the row begins in the file, counted from 1. */
export type Row = { readonly line: number; readonly cells: readonly string[] }

/** One table of a file. A CSV file has one, with an empty name. */
export type ReadSheet = { readonly name: string; readonly rows: AsyncIterable<Row> | Iterable<Row> }

/** Prefix of a number that the spreadsheet program has rounded. No cell of a real file begins with it. */
export const roundedMark = '\u{1}rounded:'
