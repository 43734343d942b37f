import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csv } from '../../sheets/csv.ts'
import type { Cell, Sheet } from '../../sheets/sheet.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import type { AskFlags } from './asking.ts'
import { book } from './book.ts'
import type { Lesson } from './lesson.ts'
import type { Table } from './tables.ts'
import { printTable } from './terminal.ts'
import { type Lang, say } from './words.ts'

export const formats = ['table', 'csv', 'xlsx', 'json', 'ndjson'] as const
export type Format = (typeof formats)[number]

/** The format asked for, else the one that the file's name says. */
export function formatOf({ format, output }: AskFlags): Format {
  const named = format ?? (formats as readonly string[]).find((each) => output?.toLowerCase().endsWith(`.${each}`)) ?? 'table'
  if (named === 'xlsx' && output === undefined && process.stdout.isTTY)
    throw new Error('an XLSX file is nothing for a terminal: name one with --output missing.xlsx')
  return named as Format
}

/** What a spreadsheet's summary says beside the classes. */
export type Heading = { readonly lesson?: Lesson; readonly lang: Lang }

/** Writes a table in the format asked for, as its entries come; how many there were. */
export async function write<Entry>(table: Table<Entry>, flags: AskFlags, heading: Heading): Promise<number> {
  const format = formatOf(flags)
  let count = 0
  async function* counted(): AsyncGenerator<Entry> {
    for await (const entry of table.entries) {
      count++
      yield entry
    }
  }
  const rows = { ...table, entries: counted() }
  await into(flags.output, async (out) => {
    if (format === 'table') await printTable(rows, heading.lang, flags.color, out)
    else await pipeline(bytesOf(format, rows, heading), out, { end: out !== process.stdout })
  })
  return count
}

async function* bytesOf<Entry>(
  format: Exclude<Format, 'table'>,
  table: Table<Entry>,
  heading: Heading,
): AsyncGenerator<Uint8Array | string> {
  if (format === 'csv') yield* csv.write([sheetOf(table, heading.lang, '')])
  else if (format === 'xlsx') yield* xlsx.write(book(table, heading))
  else yield* jsonOf(table, format === 'ndjson', heading)
}

export const sheetOf = <Entry>(table: Table<Entry>, lang: Lang, name: string): Sheet => ({
  name,
  columns: headers(table, lang),
  rows: rowsOf(table),
})

export const headers = <Entry>(table: Table<Entry>, lang: Lang) =>
  table.columns.map(({ header, width }) => ({ header: say(header, lang), ...(width !== undefined && { width }) }))

async function* rowsOf<Entry>(table: Table<Entry>): AsyncGenerator<Cell[]> {
  for await (const entry of table.entries) yield table.columns.map(({ cell }) => cell(entry))
}

async function* jsonOf<Entry>(table: Table<Entry>, lines: boolean, { lesson }: Heading): AsyncGenerator<string> {
  const { className: _, ...about } = lesson ?? { className: undefined }
  let before = lines ? '' : `{${lesson ? `"living":${JSON.stringify(about)},` : ''}"entries":[\n`
  for await (const entry of table.entries) {
    yield before + JSON.stringify(table.json(entry))
    before = lines ? '\n' : ',\n'
  }
  if (lines) yield before === '' ? '' : '\n'
  else yield before === ',\n' ? '\n]}\n' : `${before}]}\n`
}

/** Into a file that is there when it is whole, or stdout. */
async function into(path: string | undefined, work: (out: Writable) => Promise<void>): Promise<void> {
  if (path === undefined) return work(process.stdout)
  const part = `${path}.part`
  const file = createWriteStream(part)
  try {
    await work(file)
    if (!file.writableFinished) await new Promise<void>((resolve, reject) => file.on('error', reject).end(resolve))
    await rename(part, path)
  } catch (error) {
    file.destroy()
    await rm(part, { force: true })
    throw error
  }
}
