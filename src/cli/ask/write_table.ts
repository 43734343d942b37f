import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csv } from '../../sheets/csv.ts'
import { xlsx } from '../../sheets/xlsx.ts'
import { type Format, formatOf } from './format.ts'
import type { Living } from './living.ts'
import { jsonFor } from './printable.ts'
import { sheetOf } from './sheet_of.ts'
import type { Table } from './table.ts'
import { printTable } from './terminal.ts'
import type { Lang } from './words.ts'
import { workbook } from './workbook.ts'

type Flags = { format?: string; output?: string; color: boolean }
/** `living`: what the table is about, for the formats that say so (json, and the summary of a workbook). */
type Context = { readonly living?: Living; readonly lang: Lang }

/**
 * Writes a table to `--output` or stdout, in the format that the flags ask for. Returns the number of entries.
 * Every format but `table` is streamed: entries are written as they arrive.
 */
export async function writeTable<Entry>(table: Table<Entry>, flags: Flags, context: Context): Promise<number> {
  const format = formatOf(flags)
  let count = 0
  async function* counted(): AsyncGenerator<Entry> {
    for await (const entry of table.entries) {
      count++
      yield entry
    }
  }
  const countedTable = { ...table, entries: counted() }
  await withOutput(flags.output, async (out) => {
    if (format === 'table') await printTable(countedTable, context.lang, flags.color, out)
    else await pipeline(bytesOf(format, countedTable, context, out), out, { end: out !== process.stdout })
  })
  return count
}

/** Where the bytes go: JSON is escaped further for a terminal. */
type Out = Writable & { isTTY?: boolean }

async function* bytesOf<Entry>(
  format: Exclude<Format, 'table'>,
  table: Table<Entry>,
  { living, lang }: Context,
  out: Out,
): AsyncGenerator<Uint8Array | string> {
  if (format === 'csv') yield* csv.write([sheetOf(table, lang, '')])
  else if (format === 'xlsx') yield* xlsx.write(workbook(table, living, lang))
  else if (format === 'ndjson') yield* ndjsonOf(table, out)
  else yield* jsonOf(table, living, out)
}

async function* ndjsonOf<Entry>(table: Table<Entry>, out: Out): AsyncGenerator<string> {
  for await (const entry of table.entries) yield `${jsonFor(out, table.json(entry))}\n`
}

async function* jsonOf<Entry>(table: Table<Entry>, living: Living | undefined, out: Out): AsyncGenerator<string> {
  const { className: _, ...head } = living ?? { className: undefined }
  const start = `{${living ? `"living":${jsonFor(out, head)},` : ''}"entries":[\n`
  let prefix = start
  for await (const entry of table.entries) {
    yield prefix + jsonFor(out, table.json(entry))
    prefix = ',\n'
  }
  yield prefix === start ? `${start}]}\n` : '\n]}\n'
}

/**
 * Runs `work` with stdout, or with the file `path`. The file appears under its name only when it is complete: `work` writes into
 * `<path>.part`, which is renamed at the end, or deleted if `work` throws.
 */
async function withOutput(path: string | undefined, work: (out: Writable) => Promise<void>): Promise<void> {
  if (path === undefined) return work(process.stdout)
  const partPath = `${path}.part`
  const file = createWriteStream(partPath)
  try {
    await work(file)
    if (!file.writableFinished) await new Promise<void>((resolve, reject) => file.on('error', reject).end(resolve))
    await rename(partPath, path)
  } catch (error) {
    file.destroy()
    await rm(partPath, { force: true })
    throw error
  }
}
