import { FileError } from './file_error.ts'
import { TooLargeError } from './limits.ts'

/** Which kind of file some bytes are. File names are not reliable, so the bytes decide. */
export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b

const isOldExcel = (bytes: Uint8Array) => bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11

/** Throws `FileError` where the file is empty, or of a kind that no reader takes. */
export function checkFileKind(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new FileError('the file is empty', '文件是空的')
  if (isOldExcel(bytes))
    throw new FileError(
      'this is an old Excel file (.xls): open it and save it as .xlsx or .csv',
      '这是旧版 Excel 文件（.xls）：请打开后另存为 .xlsx 或 .csv',
    )
}

/** Runs a reader, and turns any error of it into a `FileError`: the cause is a damaged file. */
export async function orFileError<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof FileError) throw error
    if (error instanceof TooLargeError) throw new FileError(error.message, error.zh, { cause: error })
    const { message } = error as Error
    throw new FileError(message, `文件损坏，或者不是表格（${message}）`, { cause: error })
  }
}
