import { readCsv } from '../../sheets/read_csv.ts'
import type { Unzipped } from '../../sheets/unzip.ts'

/** A line of a CSV file in a OneRoster archive. `cell` takes the name of a column in lower case and returns "" where it is missing. */
export type OneRosterRecord = { readonly line: number; readonly cell: (column: string) => string }
export type OneRosterFile = { readonly name: string; readonly records: readonly OneRosterRecord[] }

/** Whether an unzipped archive is a OneRoster archive. */
export const isOneRoster = (files: Unzipped) => pathOf(files, 'users.csv') !== undefined && pathOf(files, 'enrollments.csv') !== undefined

/** The path of a file in the archive, whose files may be in a folder. */
const pathOf = (files: Unzipped, name: string) =>
  [...files.keys()].find((path) => path.toLowerCase() === name || path.toLowerCase().endsWith(`/${name}`))

/** Reads a CSV file of the archive. Returns no records where the archive does not have the file. */
export async function recordsOf(files: Unzipped, name: string): Promise<OneRosterFile> {
  const path = pathOf(files, name)
  const bytes = path === undefined ? undefined : await files.get(path)?.()
  if (!bytes?.length) return { name, records: [] }
  const records: OneRosterRecord[] = []
  let indexByColumn: Map<string, number> | undefined
  for await (const { line, cells } of readCsv(bytes)) {
    if (cells.every((cell) => cell === '')) continue
    if (indexByColumn) {
      const indexes = indexByColumn
      records.push({ line, cell: (column) => (cells[indexes.get(column) ?? -1] ?? '').trim() })
    } else indexByColumn = new Map(cells.map((cell, index) => [cell.trim().toLowerCase(), index]))
  }
  return { name, records }
}

/** Whether a record counts: a record with status `tobedeleted` and a disabled user are treated as if the file did not have them. */
export const isActive = ({ cell }: OneRosterRecord) =>
  cell('status').toLowerCase() !== 'tobedeleted' && cell('enableduser').toLowerCase() !== 'false'
