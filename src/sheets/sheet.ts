/**
 * The types of written spreadsheets. Rows are streamed: they are never all in memory.
 *
 *   const file = writeXlsx([{ name: '三年级1班', columns: [{ header: '姓名' }, { header: '看课秒数' }], rows }])
 *   await pipeline(file, createWriteStream('missing.xlsx'))   // or: reply.type(xlsx.type).send(Readable.from(file))
 *
 * Numbers stay numbers. A Date becomes a date and time of `timeZone` (default: the machine's time zone). Text stays text: a cell that
 * begins with = + - @, a tab or a carriage return is never run as a formula.
 */
export type Cell = string | number | boolean | Date | null | undefined
/** `width` is in Latin characters; a Chinese character counts as two. */
export type Column = { readonly header: string; readonly width?: number }
export type Rows = Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>
/** One table. The rows are read once, when the sheet is written. */
export type Sheet = { readonly name: string; readonly columns: readonly Column[]; readonly rows: Rows }
export type SheetOptions = { readonly timeZone?: string }

/** A file format. `type` is the MIME type. CSV takes exactly one sheet, XLSX any number. */
export type SheetWriter = {
  readonly extension: string
  readonly type: string
  readonly write: (sheets: Iterable<Sheet> | AsyncIterable<Sheet>, options?: SheetOptions) => AsyncGenerator<Uint8Array, void>
}
