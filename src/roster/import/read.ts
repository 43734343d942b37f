import { decode } from '../../sheets/decode.ts'
import { readCsv } from '../../sheets/read_csv.ts'
import { sheetsOfXlsx } from '../../sheets/read_xlsx.ts'
import { type Unzipped, unzip } from '../../sheets/unzip.ts'
import { readJson } from './json.ts'
import { readOneRoster } from './oneroster.ts'
import { isOneRoster } from './oneroster_files.ts'
import { NoRoster, type RosterFile } from './said.ts'
import { readTable } from './table.ts'

/** A roster in whatever form it came, known by its bytes: what a file is called is anybody's guess. */
export async function readRoster(bytes: Uint8Array): Promise<RosterFile> {
  if (bytes.length === 0) throw new NoRoster('the file is empty', '文件是空的')
  if (isZip(bytes)) return readZip(bytes)
  if (isOldExcel(bytes))
    throw new NoRoster(
      'this is an old Excel file (.xls): open it and save it as .xlsx or .csv',
      '这是旧版 Excel 文件（.xls）：请打开后另存为 .xlsx 或 .csv',
    )
  const [first] = decode(bytes.subarray(0, 1000)).trimStart()
  if (first === '{' || first === '[') return readJson(decode(bytes))
  return orNoRoster(() => readTable([{ name: '', rows: readCsv(bytes) }]))
}

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b
const isOldExcel = (bytes: Uint8Array) => bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11

const readZip = (bytes: Uint8Array) =>
  orNoRoster(async () => {
    const files = unzip(bytes)
    if (files.has('xl/workbook.xml')) return readTable(await sheetsOfXlsx(bytes))
    if (isOneRoster(files)) return readOneRoster(files)
    throw new NoRoster(
      `a ZIP of ${names(files)}: expected an XLSX, or OneRoster's users.csv, classes.csv and enrollments.csv`,
      `压缩包里是 ${names(files)}：应是 XLSX，或 OneRoster 的 users.csv、classes.csv 和 enrollments.csv`,
    )
  })

const names = (files: Unzipped) => [...files.keys()].slice(0, 8).join(', ') || 'nothing'

/** Whatever a damaged file makes a reader say is about the file. */
async function orNoRoster(work: () => Promise<RosterFile>): Promise<RosterFile> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NoRoster) throw error
    const { message } = error as Error
    throw new NoRoster(message, `文件损坏，或者不是表格（${message}）`, { cause: error })
  }
}
