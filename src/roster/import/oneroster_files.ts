import { readCsv } from '../../sheets/read_csv.ts'
import type { Unzipped } from '../../sheets/unzip.ts'

/** The columns that are read, in lower case. Of up to 200 columns the others are not held in memory. */
const wantedColumns = [
  'agentsourcedids',
  'classcode',
  'classsourcedid',
  'enableduser',
  'familyname',
  'givenname',
  'grades',
  'name',
  'phone',
  'preferredfamilyname',
  'preferredgivenname',
  'propertyname',
  'role',
  'schoolsourcedid',
  'sms',
  'sourcedid',
  'status',
  'title',
  'type',
  'username',
  'usersourcedid',
  'value',
] as const
type WantedColumn = (typeof wantedColumns)[number]

/** A line of a CSV file in a OneRoster archive. `cell` returns "" where the column is missing. */
export type OneRosterRecord = { readonly line: number; readonly cell: (column: WantedColumn) => string }
export type OneRosterFile = { readonly name: string; readonly records: readonly OneRosterRecord[] }

/** Whether an unzipped archive is a OneRoster archive. */
export const isOneRoster = (files: Unzipped) => pathOf(files, 'users.csv') !== undefined && pathOf(files, 'enrollments.csv') !== undefined

/** The path of a file in the archive, whose files may be in a folder. */
const pathOf = (files: Unzipped, name: string) =>
  [...files.keys()].find((path) => path.toLowerCase() === name || path.toLowerCase().endsWith(`/${name}`))

/** Reads a CSV file of the archive. Returns no records where the archive does not have the file. */
export async function recordsOf(files: Unzipped, name: string): Promise<OneRosterFile> {
  const path = pathOf(files, name)
  const bytes = path === undefined ? undefined : files.get(path)?.()
  if (!bytes?.length) return { name, records: [] }
  const records: OneRosterRecord[] = []
  let indexByColumn: Map<string, number> | undefined
  for await (const { line, cells } of readCsv(bytes)) {
    if (cells.every((cell) => cell === '')) continue
    if (indexByColumn) {
      const indexes = indexByColumn
      const kept = wantedColumns.map((column) => (cells[indexes.get(column) ?? -1] ?? '').trim())
      records.push({ line, cell: (column) => kept[wantedColumns.indexOf(column)] as string })
    } else indexByColumn = new Map(cells.map((cell, index) => [cell.trim().toLowerCase(), index]))
  }
  return { name, records }
}

/** Whether a record counts: a record with status `tobedeleted` and a disabled user are treated as if the file did not have them. */
export const isActive = ({ cell }: OneRosterRecord) =>
  cell('status').toLowerCase() !== 'tobedeleted' && cell('enableduser').toLowerCase() !== 'false'
