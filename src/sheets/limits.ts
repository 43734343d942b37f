/** What one file may hold. A larger file is a mistake or an attack: a few MB, unpacked, can otherwise fill the memory. */

/** Maximum number of rows of a CSV file, or of all sheets of a workbook, where rows without a text are not counted. */
export const maxRows = 200_000
/** Maximum number of columns. Excel has 16,384, of which a damaged or hostile file may use the last one, XFD. */
export const maxColumns = 200
/** Maximum number of characters of a cell: Excel's own limit. */
export const maxCellLength = 32_767
/** Maximum size of a file and of all that is unpacked from it, in bytes. A CSV of 100,000 students with their parents has 7 MB. */
export const maxFileSize = 64 * 2 ** 20

/** A file holds more than is read. `message` is in English, `zh` the same in Chinese; both say the limit. */
export class TooLargeError extends Error {
  override name = 'TooLargeError'
  readonly zh: string
  constructor(en: string, zh: string) {
    super(en)
    this.zh = zh
  }
}

/** The error for a file that is, or unpacks to, more than `maxFileSize`. */
export const tooManyBytes = () =>
  new TooLargeError(`expected at most ${maxFileSize / 2 ** 20} MB, unpacked`, `文件解开后不能超过 ${maxFileSize / 2 ** 20} MB`)

/** Returns a function that counts the rows of one file. It throws a `TooLargeError` at the first row beyond `maxRows`. */
export function rowCounter(): () => void {
  let count = 0
  return () => {
    if (++count > maxRows) throw new TooLargeError(`expected at most ${maxRows} rows`, `最多 ${maxRows} 行`)
  }
}

/**
 * Checks a cell with text. `line` is counted from 1, `index` is the cell's column, counted from 0.
 * Throws a `TooLargeError` if the column is not among the first `maxColumns`, or if the text is longer than `maxCellLength`.
 */
export function checkCell(text: string, line: number, index: number): void {
  if (index >= maxColumns) {
    const cell = cellName(line, index)
    throw new TooLargeError(
      `expected at most ${maxColumns} columns, got a text in cell ${cell}`,
      `最多 ${maxColumns} 列，但 ${cell} 里有内容`,
    )
  }
  if (text.length <= maxCellLength) return
  const cell = cellName(line, index)
  throw new TooLargeError(
    `cell ${cell}: expected at most ${maxCellLength} characters, got ${text.length}`,
    `${cell} 最多 ${maxCellLength} 个字符，现在是 ${text.length} 个`,
  )
}

/** The name of a cell as spreadsheet programs show it: C2 for line 2, index 2. */
export const cellName = (line: number, index: number) => `${columnLetters(index)}${line}`

/** The name of a column as spreadsheet programs show it: A is 0, Z is 25, AA is 26. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last
}
