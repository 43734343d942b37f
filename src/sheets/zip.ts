import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'

/** One file of an archive. `bytes` is called when the file is written. */
export type ZipEntry = { readonly name: string; readonly bytes: () => AsyncIterable<Buffer> | Iterable<Buffer> }

/** Sizes and offsets of a ZIP archive have 32 bits. */
const maxSize = 2 ** 32
const version = 20
/** Bit 3: the checksum and the sizes follow the data. Bit 11: names are UTF-8. */
const flags = (1 << 3) | (1 << 11)
const deflateMethod = 8
/** 1 January 1980, the first day of the ZIP format. A fixed date makes the file depend on the rows only. */
const dosDate = 0x21

/**
 * Yields the bytes of a ZIP archive while its files are read. Only a chunk of one file, and the directory record of each file, are in
 * memory. Throws if a file or the archive is larger than 4 GiB.
 */
export async function* zip(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array, void> {
  const directory: Buffer[] = []
  let entryCount = 0
  let offset = 0
  for await (const { name, bytes } of entries) {
    const path = Buffer.from(name)
    const common = [
      [2, flags],
      [2, deflateMethod],
      [2, 0],
      [2, dosDate],
    ] as const
    const header = fields([4, 0x04034b50], [2, version], ...common, [12, 0], [2, path.length], [2, 0])
    yield Buffer.concat([header, path])
    const totals = { crc: 0, size: 0, packedSize: 0 }
    for await (const chunk of deflate(bytes(), totals)) yield chunk
    if (totals.size >= maxSize || offset + totals.packedSize >= maxSize)
      throw new Error(`${name}: more than 4 GB; write fewer rows into one file`)
    const sizes = [
      [4, totals.crc],
      [4, totals.packedSize],
      [4, totals.size],
    ] as const
    const descriptor = fields([4, 0x08074b50], ...sizes)
    yield descriptor
    directory.push(
      fields([4, 0x02014b50], [2, version], [2, version], ...common, ...sizes),
      fields([2, path.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      path,
    )
    entryCount++
    offset += header.length + path.length + totals.packedSize + descriptor.length
  }
  const list = Buffer.concat(directory)
  const counts = [
    [2, entryCount],
    [2, entryCount],
  ] as const
  yield Buffer.concat([list, fields([4, 0x06054b50], [2, 0], [2, 0], ...counts, [4, list.length], [4, offset], [2, 0])])
}

/**
 * Yields `chunks` deflated, and adds up their checksum and sizes in `totals`. Deflating runs on Node's thread pool, so that a server goes on
 * answering meanwhile. When the consumer stops, the source is closed too.
 */
async function* deflate(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, totals: { crc: number; size: number; packedSize: number }) {
  async function* counted() {
    for await (const chunk of chunks) {
      totals.crc = crc32(chunk, totals.crc)
      totals.size += chunk.length
      yield chunk
    }
  }
  const deflated = createDeflateRaw({ level: 5 })
  const done = pipeline(Readable.from(counted()), deflated)
  done.catch(() => {}) // an error of the source is thrown from the loop below
  for await (const chunk of deflated) {
    totals.packedSize += (chunk as Buffer).length
    yield chunk as Buffer
  }
  await done
}

/** Returns the values in little-endian order, each in the given number of bytes. A field of more than four bytes is filled with zeros. */
function fields(...parts: (readonly [byteCount: number, value: number])[]): Buffer {
  const buffer = Buffer.alloc(parts.reduce((sum, [byteCount]) => sum + byteCount, 0))
  let offset = 0
  for (const [byteCount, value] of parts) {
    if (byteCount <= 4) buffer.writeUIntLE(value, offset, byteCount)
    offset += byteCount
  }
  return buffer
}
