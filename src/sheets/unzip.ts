import { crc32, inflateRawSync } from 'node:zlib'
import { maxFileSize, TooLargeError, tooManyBytes } from './limits.ts'

/**
 * The files of a ZIP archive by name. Calling the function unpacks the file. It throws an error if the file is damaged or cannot be
 * unpacked, and a `TooLargeError` if more than `maxFileSize` has been unpacked from the archive.
 */
export type Unzipped = ReadonlyMap<string, () => Buffer>

/** Maximum number of files of an archive. A workbook has some five files for each sheet. */
const maxFileCount = 5000
/** A ZIP archive ends with a record of 22 bytes and a comment of at most 65,535 bytes. */
const maxEndLength = 22 + 65_535
const unreadable = (why: string) => new Error(`the ZIP cannot be read: ${why}`)

/**
 * Returns the files of a ZIP archive, read from the central directory at its end. Throws an error if the directory is damaged, and a
 * `TooLargeError` if the archive has more than 5,000 files, or if these are larger than `maxFileSize` together.
 */
export function unzip(bytes: Uint8Array): Unzipped {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tailStart = Math.max(0, zip.length - maxEndLength)
  const end = zip.subarray(tailStart).lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw unreadable('its directory is missing')
  const endRecord = zip.subarray(tailStart + end)
  if (endRecord.length < 22) throw unreadable('its directory is cut off')
  const fileCount = endRecord.readUInt16LE(10)
  if (fileCount > maxFileCount)
    throw new TooLargeError(
      `expected at most ${maxFileCount} files in the ZIP, got ${fileCount}`,
      `压缩包里最多 ${maxFileCount} 个文件，现在是 ${fileCount} 个`,
    )
  const filesByName = new Map<string, () => Buffer>()
  let offset = endRecord.readUInt32LE(16)
  let totalSize = 0
  let unpackedSize = 0
  for (let index = 0; index < fileCount; index++) {
    if (offset + 46 > zip.length || zip.readUInt32LE(offset) !== 0x02014b50) throw unreadable('its directory is damaged')
    const entry = entryAt(zip, offset)
    totalSize += entry.size
    if (totalSize > maxFileSize) throw tooManyBytes()
    filesByName.set(entry.name, () => {
      // counted each time: the sheets of a workbook may all name the same file
      unpackedSize += entry.size
      if (unpackedSize > maxFileSize) throw tooManyBytes()
      return unpack(zip, entry)
    })
    offset += entry.length
  }
  return filesByName
}

/** An entry of the central directory, which is `length` bytes long. `method` is 0 (stored) or 8 (deflated). */
type Entry = {
  length: number
  name: string
  flags: number
  method: number
  checksum: number
  packedSize: number
  size: number
  headerOffset: number
}

function entryAt(zip: Buffer, offset: number): Entry {
  const nameLength = zip.readUInt16LE(offset + 28)
  return {
    length: 46 + nameLength + zip.readUInt16LE(offset + 30) + zip.readUInt16LE(offset + 32),
    name: zip.toString('utf8', offset + 46, offset + 46 + nameLength),
    flags: zip.readUInt16LE(offset + 8),
    method: zip.readUInt16LE(offset + 10),
    checksum: zip.readUInt32LE(offset + 16),
    packedSize: zip.readUInt32LE(offset + 20),
    size: zip.readUInt32LE(offset + 24),
    headerOffset: zip.readUInt32LE(offset + 42),
  }
}

function unpack(zip: Buffer, { name, flags, method, checksum, packedSize, size, headerOffset }: Entry): Buffer {
  if (flags & 1) throw unreadable(`${name} has a password`)
  if (headerOffset + 30 > zip.length || zip.readUInt32LE(headerOffset) !== 0x04034b50)
    throw unreadable(`${name} is not where its directory says`)
  const start = headerOffset + 30 + zip.readUInt16LE(headerOffset + 26) + zip.readUInt16LE(headerOffset + 28)
  const packed = zip.subarray(start, start + packedSize)
  if (method !== 0 && method !== 8) throw unreadable(`${name} is packed with method ${method}; expected 0 (stored) or 8 (deflated)`)
  const file = method === 0 ? packed : inflate(packed, size)
  if (file?.length !== size || crc32(file) !== checksum) throw unreadable(`${name} is damaged`)
  return file
}

/** Inflates at most `size` bytes, so that a file cannot unpack to more than its directory claims. Undefined if there are more. */
function inflate(packed: Buffer, size: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch {
    return undefined
  }
}
