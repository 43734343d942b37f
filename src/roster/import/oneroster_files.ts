import { readCsv } from '../../sheets/read_csv.ts'
import type { Unzipped } from '../../sheets/unzip.ts'

/** The files of OneRoster's CSV binding, whose columns are found by name whatever the order and case. */
export type OneRosterRecord = { readonly line: number; readonly of: (field: string) => string }
export type OneRosterFile = { readonly name: string; readonly records: readonly OneRosterRecord[] }

export const isOneRoster = (files: Unzipped) => pathOf(files, 'users.csv') !== undefined && pathOf(files, 'enrollments.csv') !== undefined

/** The files may lie in a folder of the archive. */
const pathOf = (files: Unzipped, name: string) =>
  [...files.keys()].find((path) => path.toLowerCase() === name || path.toLowerCase().endsWith(`/${name}`))

export async function recordsOf(files: Unzipped, name: string): Promise<OneRosterFile> {
  const path = pathOf(files, name)
  const bytes = path === undefined ? undefined : await files.get(path)?.()
  if (!bytes?.length) return { name, records: [] }
  const records: OneRosterRecord[] = []
  let headers: Map<string, number> | undefined
  for await (const { line, cells } of readCsv(bytes)) {
    if (cells.every((cell) => cell === '')) continue
    if (!headers) headers = new Map(cells.map((cell, index) => [cell.trim().toLowerCase(), index]))
    else {
      const at = headers
      records.push({ line, of: (field) => (cells[at.get(field) ?? -1] ?? '').trim() })
    }
  }
  return { name, records }
}

/** `tobedeleted` and a disabled user are as good as not named. */
export const isThere = ({ of }: OneRosterRecord) =>
  of('status').toLowerCase() !== 'tobedeleted' && of('enableduser').toLowerCase() !== 'false'
