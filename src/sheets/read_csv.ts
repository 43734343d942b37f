import { Readable } from 'node:stream'
import { setImmediate as rowsConsumed } from 'node:timers/promises'
import { parse } from 'csv-parse'
import { decode } from './decode.ts'
import { checkCell, maxCellLength, rowCounter, TooLargeError } from './limits.ts'
import type { Row } from './rows.ts'

/** Number of characters that are given to the parser at once. */
const sliceLength = 65_536
/** Maximum number of characters of one row. */
const maxRowLength = 1_000_000
const rowTooLong = (line: number) =>
  new TooLargeError(
    `line ${line}: expected at most ${maxRowLength} characters in a row and ${maxCellLength} in a cell`,
    `第 ${line} 行太长：一行最多 ${maxRowLength} 个字符，一格最多 ${maxCellLength} 个`,
  )

/**
 * Yields the rows of a CSV file as Excel, WPS and others save it: separated by commas, semicolons or tabs, in any encoding that `decode`
 * knows. Throws if the file is malformed, and a `TooLargeError` if it is beyond a limit of limits.ts. Blocks the thread while it parses.
 */
export async function* readCsv(bytes: Uint8Array): AsyncGenerator<Row> {
  const text = decode(bytes)
  checkLines(text)
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    info: true,
    max_record_size: maxRowLength,
  })
  // If the parser fails, the source is aborted and emits an error too. Only the parser's own error is reported, below.
  const source = Readable.from(slices(text)).on('error', () => {})
  source.pipe(parser)
  let line = 1
  const countRow = rowCounter()
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      countRow()
      for (const [index, cell] of record.entries()) if (cell !== '') checkCell(cell, line, index)
      yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (error) {
    throw readable(error as Error & { code?: string }, line)
  } finally {
    source.destroy()
    parser.destroy()
  }
}

/** Throws a `TooLargeError` if a line is longer than `maxRowLength`: the parser does not count empty cells to the size of a record. */
function checkLines(text: string): void {
  let line = 1
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) {
      line++
      start = at + 1
    } else if (at - start > maxRowLength) throw rowTooLong(line)
  }
}

/** Turns an error of the parser into one that a person understands. `line` is where the row with the error begins. */
function readable(error: Error & { code?: string }, line: number): Error {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return new Error(`a quote (") that begins after line ${line} has no end`)
  if (error.code === 'CSV_MAX_RECORD_SIZE') return rowTooLong(line)
  return error instanceof TooLargeError ? error : new Error(error.message)
}

/** Yields the text in slices. The rows of a slice are consumed before the next slice is parsed, so that an error is reported with its line. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; ) {
    // Do not cut a surrogate pair into halves.
    const end = at + sliceLength + (isLowSurrogate(text.charCodeAt(at + sliceLength)) ? 1 : 0)
    yield text.slice(at, end)
    at = end
    await rowsConsumed()
  }
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

/**
 * Returns the delimiter that is in the most of the first ten lines outside quotes, and among equals the most frequent one; a comma if none
 * is there. The first line may be a title without any. Lines count more than delimiters, because a cell may list many classes: `1班;2班`.
 */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 10_000)
    .replaceAll(/"[^"]*"/g, '')
    .split(/[\r\n]+/)
    .slice(0, 10)
  const count = (delimiter: string) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    return counts.filter(Boolean).length * 10_000 + counts.reduce((sum, each) => sum + each, 0)
  }
  return ['\t', ';'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',')
}
