import { Readable } from 'node:stream'
import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import { parse } from 'csv-parse'
import { decode } from './decode.ts'
import { maxRows, type Row } from './rows.ts'

/** Number of characters that are parsed without a pause. That takes a few milliseconds; then the event loop serves others. */
const sliceLength = 65_536

/**
 * Yields the rows of a CSV file as Excel, WPS and others save it: separated by commas, semicolons or tabs, in any encoding that `decode`
 * knows. Throws if the file is malformed or has more than `maxRows` rows.
 */
export async function* readCsv(bytes: Uint8Array): AsyncGenerator<Row> {
  const text = decode(bytes)
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    info: true,
    max_record_size: 1_000_000,
  })
  // If the parser fails, the source is aborted and emits an error too. Only the parser's own error is reported, below.
  const source = Readable.from(slices(text)).on('error', () => {})
  source.pipe(parser)
  let line = 1
  let count = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (++count > maxRows) throw new Error(`expected at most ${maxRows} rows`)
      yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    throw code === 'CSV_QUOTE_NOT_CLOSED' ? new Error(`a quote (") that begins after line ${line} has no end`) : new Error(message)
  } finally {
    source.destroy()
    parser.destroy()
  }
}

async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; ) {
    // Do not cut a surrogate pair into halves.
    const end = at + sliceLength + (isLowSurrogate(text.charCodeAt(at + sliceLength)) ? 1 : 0)
    yield text.slice(at, end)
    at = end
    await yieldToEventLoop()
  }
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

/** Returns the delimiter that is most frequent in the first line outside quotes; a comma if none is. */
function delimiterOf(text: string): string {
  const firstLine = (/^[^\r\n]*/.exec(text.slice(0, 10_000))?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => firstLine.split(delimiter).length
  return ['\t', ';'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',')
}
