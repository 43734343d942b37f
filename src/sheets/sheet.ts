/**
 * Rows into a spreadsheet, as they come: nobody ever holds them all.
 *
 *   const file = writeXlsx([{ name: '三年级1班', columns: [{ header: '姓名' }, { header: '看课秒数' }], rows }])
 *   await pipeline(file, createWriteStream('missing.xlsx'))   // or: reply.type(xlsx.type).send(Readable.from(file))
 *
 * Numbers stay numbers and a Date becomes a date of the given time zone (the machine's unless said). Text stays text:
 * what starts with = + - @, a tab or a return is never run as a formula.
 */
export type Cell = string | number | boolean | Date | null | undefined
export type Column = { readonly header: string /** in characters of Latin script; a Chinese one counts two */; readonly width?: number }
export type Rows = Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>
/** One table. The rows are read once, when their sheet's turn has come. */
export type Sheet = { readonly name: string; readonly columns: readonly Column[]; readonly rows: Rows }
export type SheetOptions = { readonly timeZone?: string }

/** A form of file: what it is called, and how sheets become bytes. CSV takes one sheet alone, XLSX as many as there are. */
export type SheetWriter = {
  readonly extension: string
  readonly type: string
  readonly write: (sheets: Iterable<Sheet> | AsyncIterable<Sheet>, options?: SheetOptions) => AsyncGenerator<Uint8Array, void>
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** `2026-11-22 23:45:10` as the clocks of that zone show it. */
export function localTime(date: Date, timeZone = ''): string {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
    // Swedish writes the date as ISO does
    formatter = new Intl.DateTimeFormat('sv-SE', { ...parts, hourCycle: 'h23', ...(timeZone && { timeZone }) })
    formatters.set(timeZone, formatter)
  }
  return formatter.format(date)
}
