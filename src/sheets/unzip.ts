import { crc32, inflateRawSync } from 'node:zlib'
import { maxFileSize, tooManyBytes } from './limits.ts'
import { unreadable, type ZipEntry, zipEntries } from './zip_directory.ts'

/**
 * The files of a ZIP archive by name. Calling the function unpacks the file. It throws an error if the file is damaged or cannot be
 * unpacked, and a `TooLargeError` if more than `maxFileSize` has been unpacked from the archive.
 */
export type Unzipped = ReadonlyMap<string, () => Buffer>

/**
 * Returns the files of a ZIP archive, read from the central directory at its end. Throws an error if the directory is damaged, and a
 * `TooLargeError` if the archive has more than 5,000 files, or if these are larger than `maxFileSize` together.
 */
export function unzip(bytes: Uint8Array): Unzipped {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let unpackedSize = 0
  return new Map(
    zipEntries(zip).map((entry) => [
      entry.name,
      () => {
        // counted each time: the sheets of a workbook may all name the same file
        unpackedSize += entry.size
        if (unpackedSize > maxFileSize) throw tooManyBytes()
        return unpack(zip, entry)
      },
    ]),
  )
}

function unpack(zip: Buffer, { name, flags, method, checksum, packedSize, size, headerOffset }: ZipEntry): Buffer {
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
