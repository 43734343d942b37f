import { extname } from 'node:path'
import { readInThread } from '../sheets/in_thread.ts'

/** A row of an attendance file. `line` is counted from 1 in its sheet, `sheet` from 0 in the file. */
export type SheetRow = { readonly sheet: number; readonly line: number; readonly cells: readonly string[] }

/**
 * Reads the rows of all sheets of an attendance file, CSV or XLSX, in a thread of its own. Throws `FileError` where the file is neither, or is
 * beyond the limits of `src/sheets/limits.ts`.
 */
export async function readSheetRows(bytes: Uint8Array): Promise<SheetRow[]> {
  const script = new URL(`./read_thread${extname(import.meta.url)}`, import.meta.url)
  const { rows } = await readInThread<SheetRow, object>(script, bytes)
  return rows
}
