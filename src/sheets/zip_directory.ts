import { maxFileSize, TooLargeError, tooManyBytes } from './limits.ts'

/** Maximum number of files of an archive. A workbook has some five files for each sheet. */
const maxFileCount = 5000
/** A ZIP archive ends with a record of 22 bytes and a comment of at most 65,535 bytes. */
const maxEndLength = 22 + 65_535
/** A field of two or four bytes with this value is too small for its number: the number is in a field of ZIP64. */
const inZip64 = { two: 0xffff, four: 0xffffffff } as const

export const unreadable = (why: string) => new Error(`the ZIP cannot be read: ${why}`)
const damaged = () => unreadable('its directory is damaged')

/** An entry of the central directory. `method` is 0 (stored) or 8 (deflated). `name` has `/` between folders, whatever the file has. */
export type ZipEntry = {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  readonly headerOffset: number
}

/**
 * Returns the entries of the central directory of a ZIP archive, also in the form ZIP64 (APPNOTE.TXT 6.3, 4.3.14 and 4.5.3), which
 * programs use for small files too. Throws an error if the directory is damaged, and a `TooLargeError` if the archive has more than 5,000
 * files, or if these are larger than `maxFileSize` together.
 */
export function zipEntries(zip: Buffer): ZipEntry[] {
  let { fileCount, offset } = directoryOf(zip)
  if (fileCount > maxFileCount)
    throw new TooLargeError(
      `expected at most ${maxFileCount} files in the ZIP, got ${fileCount}`,
      `压缩包里最多 ${maxFileCount} 个文件，现在是 ${fileCount} 个`,
    )
  const entries: ZipEntry[] = []
  let totalSize = 0
  for (; fileCount > 0; fileCount--) {
    if (offset + 46 > zip.length || zip.readUInt32LE(offset) !== 0x02014b50) throw damaged()
    const { length, entry } = entryAt(zip, offset)
    totalSize += entry.size
    if (totalSize > maxFileSize) throw tooManyBytes()
    entries.push(entry)
    offset += length
  }
  return entries
}

/** Returns how many entries the central directory has, and where it begins. */
function directoryOf(zip: Buffer): { fileCount: number; offset: number } {
  const tailStart = Math.max(0, zip.length - maxEndLength)
  const end = tailStart + zip.subarray(tailStart).lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < tailStart) throw unreadable('its directory is missing')
  if (end + 22 > zip.length) throw unreadable('its directory is cut off')
  const fileCount = zip.readUInt16LE(end + 10)
  const offset = zip.readUInt32LE(end + 16)
  // before the end record, a locator of 20 bytes says where the end record of ZIP64 is
  const locator = end - 20
  if (fileCount !== inZip64.two && offset !== inZip64.four) return { fileCount, offset }
  if (locator < 0 || zip.readUInt32LE(locator) !== 0x07064b50) return { fileCount, offset }
  const end64 = number64(zip, locator + 8)
  if (end64 + 56 > zip.length || zip.readUInt32LE(end64) !== 0x06064b50) throw damaged()
  return { fileCount: number64(zip, end64 + 32), offset: number64(zip, end64 + 48) }
}

/** Reads the entry at `offset`. `length` is the entry's number of bytes in the directory. */
function entryAt(zip: Buffer, offset: number): { length: number; entry: ZipEntry } {
  const extraStart = offset + 46 + zip.readUInt16LE(offset + 28)
  const extraEnd = extraStart + zip.readUInt16LE(offset + 30)
  const field64 = zip64Field(zip.subarray(extraStart, extraEnd))
  let at = 0
  // the ZIP64 field has only the numbers that do not fit into the entry, in this order
  const number = (numberOffset: number) => {
    const value = zip.readUInt32LE(offset + numberOffset)
    if (value !== inZip64.four || !field64) return value
    at += 8
    return number64(field64, at - 8)
  }
  return {
    length: extraEnd - offset + zip.readUInt16LE(offset + 32),
    entry: {
      name: zip.toString('utf8', offset + 46, extraStart).replaceAll('\\', '/'),
      flags: zip.readUInt16LE(offset + 8),
      method: zip.readUInt16LE(offset + 10),
      checksum: zip.readUInt32LE(offset + 16),
      size: number(24),
      packedSize: number(20),
      headerOffset: number(42),
    },
  }
}

/** Returns the content of the extra field 0x0001; undefined if there is none. */
function zip64Field(extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, end)
    at = end
  }
  return undefined
}

/** Reads a number of eight bytes. Above 2^53 it is rounded, which does not matter: each such number is beyond a limit. */
function number64(bytes: Buffer, offset: number): number {
  if (offset + 8 > bytes.length) throw damaged()
  return Number(bytes.readBigUInt64LE(offset))
}
