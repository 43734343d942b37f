import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'

/** One file of an archive; its bytes are asked for when its turn has come. */
export type ZipEntry = { readonly name: string; readonly bytes: () => AsyncIterable<Buffer> | Iterable<Buffer> }

const limit = 2 ** 32
const version = 20
/** sizes follow the bytes, and names are UTF-8 */
const flags = (1 << 3) | (1 << 11)
const deflated = 8
/** 1 January 1980, the first day a ZIP knows: the same rows make the same file */
const dosDate = 0x21

/** A ZIP as a stream: what is held is a chunk, and a name per entry. */
export async function* zip(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array, void> {
  const directory: Buffer[] = []
  let offset = 0
  for await (const { name, bytes } of entries) {
    const path = Buffer.from(name)
    const head = fields([4, 0x04034b50], [2, version], [2, flags], [2, deflated], [2, 0], [2, dosDate], [12, 0], [2, path.length], [2, 0])
    yield Buffer.concat([head, path])
    const sum = { crc: 0, size: 0, packed: 0 }
    for await (const chunk of pack(bytes(), sum)) yield chunk
    if (sum.size >= limit || offset + sum.packed >= limit) throw new Error(`${name}: more than 4 GB; write fewer rows into one file`)
    const sizes = [
      [4, sum.crc],
      [4, sum.packed],
      [4, sum.size],
    ] as const
    const tail = fields([4, 0x08074b50], ...sizes)
    yield tail
    directory.push(
      fields([4, 0x02014b50], [2, version], [2, version], [2, flags], [2, deflated], [2, 0], [2, dosDate], ...sizes),
      fields([2, path.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      path,
    )
    offset += head.length + path.length + sum.packed + tail.length
  }
  const list = Buffer.concat(directory)
  const count = directory.length / 3
  yield Buffer.concat([list, fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, list.length], [4, offset], [2, 0])])
}

/** Deflated on the thread pool, so that a server goes on answering meanwhile. Who stops reading stops the source too. */
async function* pack(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, sum: { crc: number; size: number; packed: number }) {
  async function* counted() {
    for await (const chunk of chunks) {
      sum.crc = crc32(chunk, sum.crc)
      sum.size += chunk.length
      yield chunk
    }
  }
  const deflate = createDeflateRaw({ level: 5 })
  const fed = pipeline(Readable.from(counted()), deflate)
  fed.catch(() => {}) // a fault of the source is thrown from the loop below
  for await (const chunk of deflate) {
    sum.packed += (chunk as Buffer).length
    yield chunk as Buffer
  }
  await fed
}

/** Little-endian numbers of 1-12 bytes, as [bytes, value]. */
function fields(...parts: (readonly [bytes: number, value: number])[]): Buffer {
  const made = Buffer.alloc(parts.reduce((sum, [bytes]) => sum + bytes, 0))
  let at = 0
  for (const [bytes, value] of parts) {
    if (bytes <= 4) made.writeUIntLE(value, at, bytes)
    at += bytes
  }
  return made
}
