/** A row as it was read: where it began in the file, counted from 1, and its cells as text. */
export type Row = { readonly line: number; readonly cells: readonly string[] }

/** One table of a file. A CSV has one, without a name. */
export type ReadSheet = { readonly name: string; readonly rows: AsyncIterable<Row> }

/** More than any school has; a file that says more is a mistake, or meant to do harm. */
export const mostRows = 2_000_000

/** In front of a number that a spreadsheet has rounded; no cell begins so by itself. */
export const roundedMark = '\u{1}rounded:'
