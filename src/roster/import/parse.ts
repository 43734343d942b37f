import { decode } from '../../sheets/decode.ts'
import { checkFileKind, isZip, orFileError } from '../../sheets/file_kind.ts'
import { readCsv } from '../../sheets/read_csv.ts'
import { isXlsx, sheetsOfXlsx } from '../../sheets/read_xlsx.ts'
import { type Unzipped, unzip } from '../../sheets/unzip.ts'
import { readJson } from './json.ts'
import { readOneRoster } from './oneroster.ts'
import { isOneRoster } from './oneroster_files.ts'
import { type RosterFile, RosterFileError } from './roster_file.ts'
import { readTable } from './table.ts'

/**
 * Parses a roster file: XLSX, CSV, JSON or a OneRoster archive. The format is recognised by the bytes, because file names are not
 * reliable. Throws `RosterFileError` where the file is none of these, or is too large. This blocks the thread, for seconds where the file
 * is meant to; the serving thread calls `readRoster` instead.
 */
export async function parseRoster(bytes: Uint8Array): Promise<RosterFile> {
  checkFileKind(bytes)
  if (isZip(bytes)) return readZip(bytes)
  if (isJson(decode(bytes.subarray(0, 1000)))) return orFileError(() => readJson(decode(bytes)))
  return orFileError(() => readTable([{ name: '', rows: readCsv(bytes) }]))
}

/** Whether a file with this beginning is JSON. The first cell of a CSV may begin with a bracket too: `[实验小学]名册`. */
const isJson = (beginning: string) => /^\s*[[{]\s*["[\]{}]/.test(beginning)

const readZip = (bytes: Uint8Array) =>
  orFileError(async () => {
    const files = unzip(bytes)
    if (isXlsx(files)) return readTable(sheetsOfXlsx(files))
    if (isOneRoster(files)) return readOneRoster(files)
    throw new RosterFileError(
      `a ZIP of ${names(files)}: expected an XLSX, or OneRoster's users.csv, classes.csv and enrollments.csv`,
      `压缩包里是 ${names(files)}：应是 XLSX，或 OneRoster 的 users.csv、classes.csv 和 enrollments.csv`,
    )
  })

const names = (files: Unzipped) => [...files.keys()].slice(0, 8).join(', ') || 'nothing'
