import { answerInThread } from '../sheets/answer_in_thread.ts'
import { checkFileKind, isZip, orFileError } from '../sheets/file_kind.ts'
import { maxFileSize, tooManyBytes } from '../sheets/limits.ts'
import { readCsv } from '../sheets/read_csv.ts'
import { sheetsOfXlsx } from '../sheets/read_xlsx.ts'
import { unzip } from '../sheets/unzip.ts'
import type { SheetRow } from './read.ts'

/** The thread that reads one attendance file: see read.ts. */
await answerInThread(parse, ({ cells }: SheetRow) => ({ entries: cells.length, characters: charactersOf(cells) }))

async function parse(bytes: Uint8Array): Promise<{ rows: SheetRow[] }> {
  checkFileKind(bytes)
  return orFileError(async () => {
    const sheets = isZip(bytes) ? sheetsOfXlsx(unzip(bytes)) : [{ name: '', rows: readCsv(bytes) }]
    const rows: SheetRow[] = []
    let characters = 0
    for (const [sheet, { rows: ofSheet }] of sheets.entries())
      for await (const { line, cells } of ofSheet) {
        if (cells.every((cell) => cell.trim() === '')) continue
        // every cell of a workbook may refer to the same long text
        characters += charactersOf(cells)
        if (characters > maxFileSize) throw tooManyBytes()
        rows.push({ sheet, line, cells: cells.map((cell) => cell.trim()) })
      }
    return { rows }
  })
}

function charactersOf(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.length, 0)
}
