import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { parse } from 'csv-parse'
import { decode } from './decode.ts'
import { mostRows, type Row } from './rows.ts'

/** Some milliseconds of parsing, after which others have their turn. */
const atOnce = 65_536

/** CSV as Excel, WPS and others save it: commas, semicolons or tabs, in any of their encodings. */
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
  // a source that is broken off by a fault of the parser is told by the parser, below
  const source = Readable.from(slices(text)).on('error', () => {})
  source.pipe(parser)
  let line = 1
  let count = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (++count > mostRows) throw new Error(`expected at most ${mostRows} rows`)
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
    // never half a character of two units
    const end = at + atOnce + (isLow(text.charCodeAt(at + atOnce)) ? 1 : 0)
    yield text.slice(at, end)
    at = end
    await turn()
  }
}

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

/** The one that the first line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const first = (/^[^\r\n]*/.exec(text.slice(0, 10_000))?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (mark: string) => first.split(mark).length
  return ['\t', ';'].reduce((most, mark) => (count(mark) > count(most) ? mark : most), ',')
}
