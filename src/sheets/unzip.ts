import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'

/** The files of a ZIP archive by name. Calling the function unpacks the file; it throws if the file is damaged or cannot be unpacked. */
export type Unzipped = ReadonlyMap<string, () => Promise<Buffer>>

/** Maximum size of all unpacked files together, in bytes: far more than the roster of a district, and a guard against ZIP bombs. */
const maxTotalSize = 2 ** 30
/** A ZIP archive ends with a record of 22 bytes and a comment of at most 65,535 bytes. */
const maxEndLength = 22 + 65_535
const inflate = promisify(inflateRaw)
const unreadable = (why: string) => new Error(`the ZIP cannot be read: ${why}`)

/**
 * Returns the files of a ZIP archive, read from the central directory at its end.
 * Throws if the directory is damaged or if the files are larger than 1 GiB together.
 */
export function unzip(bytes: Uint8Array): Unzipped {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tailStart = Math.max(0, zip.length - maxEndLength)
  const end = zip.subarray(tailStart).lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw unreadable('its directory is missing')
  const endRecord = zip.subarray(tailStart + end)
  if (endRecord.length < 22) throw unreadable('its directory is cut off')
  const fileCount = endRecord.readUInt16LE(10)
  const filesByName = new Map<string, () => Promise<Buffer>>()
  let offset = endRecord.readUInt32LE(16)
  let totalSize = 0
  for (let index = 0; index < fileCount; index++) {
    if (offset + 46 > zip.length || zip.readUInt32LE(offset) !== 0x02014b50) throw unreadable('its directory is damaged')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(offset + field)) as [
      number,
      number,
      number,
    ]
    const entry: Entry = {
      name: zip.toString('utf8', offset + 46, offset + 46 + nameLength),
      flags: zip.readUInt16LE(offset + 8),
      method: zip.readUInt16LE(offset + 10),
      checksum: zip.readUInt32LE(offset + 16),
      packedSize: zip.readUInt32LE(offset + 20),
      size: zip.readUInt32LE(offset + 24),
      headerOffset: zip.readUInt32LE(offset + 42),
    }
    totalSize += entry.size
    if (totalSize > maxTotalSize) throw unreadable(`it unpacks to more than ${maxTotalSize} bytes`)
    filesByName.set(entry.name, () => unpack(zip, entry))
    offset += 46 + nameLength + extraLength + commentLength
  }
  return filesByName
}

/** An entry of the central directory. `method` is 0 (stored) or 8 (deflated). */
type Entry = { name: string; flags: number; method: number; checksum: number; packedSize: number; size: number; headerOffset: number }

async function unpack(zip: Buffer, { name, flags, method, checksum, packedSize, size, headerOffset }: Entry): Promise<Buffer> {
  if (flags & 1) throw unreadable(`${name} has a password`)
  if (headerOffset + 30 > zip.length || zip.readUInt32LE(headerOffset) !== 0x04034b50)
    throw unreadable(`${name} is not where its directory says`)
  const start = headerOffset + 30 + zip.readUInt16LE(headerOffset + 26) + zip.readUInt16LE(headerOffset + 28)
  const packed = zip.subarray(start, start + packedSize)
  if (method !== 0 && method !== 8) throw unreadable(`${name} is packed with method ${method}; expected 0 (stored) or 8 (deflated)`)
  // The size of the directory limits the output, so that a ZIP bomb cannot unpack to more than it claims.
  const file = method === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(1, size) }).catch(() => undefined)
  if (file?.length !== size || crc32(file) !== checksum) throw unreadable(`${name} is damaged`)
  return file
}
