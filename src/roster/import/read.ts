import { extname } from 'node:path'
import { FileError } from '../../sheets/file_error.ts'
import { readInThread, type ThreadLimits } from '../../sheets/in_thread.ts'
import { type FileRow, type RosterFile, RosterFileError } from './roster_file.ts'

/**
 * Reads a roster file: XLSX, CSV, JSON or a OneRoster archive, in a thread of its own (`readInThread`).
 *
 * Throws `RosterFileError` where the file is no roster, is larger than the limits of `src/sheets/limits.ts` and `check_size.ts`, or takes
 * more than 60 s or 768 MB to read. `limits` are lower only in tests.
 */
export async function readRoster(bytes: Uint8Array, limits: Partial<ThreadLimits> = {}): Promise<RosterFile> {
  try {
    const script = new URL(`./read_thread${extname(import.meta.url)}`, import.meta.url)
    const { rows, file } = await readInThread<FileRow, Omit<RosterFile, 'rows'>>(script, bytes, limits)
    return { ...file, rows }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new RosterFileError(error.message, error.zh, { cause: error })
  }
}
