import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'

/** The files of a ZIP, each unpacked when it is asked for. `zip.ts` the other way round. */
export type Unzipped = ReadonlyMap<string, () => Promise<Buffer>>

/** Unpacked, all files together: far more than a district's roster, far less than a small file can claim to hold. */
const most = 2 ** 30
const inflate = promisify(inflateRaw)
const broken = (why: string) => new Error(`the ZIP cannot be read: ${why}`)

export function unzip(bytes: Uint8Array): Unzipped {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // the directory's end stands at the end, behind it a comment of 65,535 bytes at most
  const end = zip.subarray(Math.max(0, zip.length - 65_557)).lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw broken('its directory is missing')
  const tail = zip.subarray(Math.max(0, zip.length - 65_557) + end)
  if (tail.length < 22) throw broken('its directory is cut off')
  const count = tail.readUInt16LE(10)
  const files = new Map<string, () => Promise<Buffer>>()
  let at = tail.readUInt32LE(16)
  let total = 0
  for (let no = 0; no < count; no++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw broken('its directory is damaged')
    const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)]
    const [sum, packed, size] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)]
    const [nameLength, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    const from = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    total += size
    if (total > most) throw broken(`it unpacks to more than ${most} bytes`)
    files.set(name, () => unpacked(zip, { name, flags, method, sum, packed, size, from }))
    at += 46 + nameLength + extra + comment
  }
  return files
}

type Entry = { name: string; flags: number; method: number; sum: number; packed: number; size: number; from: number }

async function unpacked(zip: Buffer, { name, flags, method, sum, packed, size, from }: Entry): Promise<Buffer> {
  if (flags & 1) throw broken(`${name} has a password`)
  if (from + 30 > zip.length || zip.readUInt32LE(from) !== 0x04034b50) throw broken(`${name} is not where its directory says`)
  const start = from + 30 + zip.readUInt16LE(from + 26) + zip.readUInt16LE(from + 28)
  const bytes = zip.subarray(start, start + packed)
  if (method !== 0 && method !== 8) throw broken(`${name} is packed in a way nobody uses (${method})`)
  // what is promised is the most that comes
  const file = method === 0 ? bytes : await inflate(bytes, { maxOutputLength: Math.max(1, size) }).catch(() => undefined)
  if (file?.length !== size || crc32(file) !== sum) throw broken(`${name} is damaged`)
  return file
}
