import { crc32 } from 'node:zlib'

/** Little-endian numbers, each in the given number of bytes. */
const fields = (...parts: readonly (readonly [byteCount: number, value: number])[]) =>
  Buffer.concat(
    parts.map(([byteCount, value]) => {
      const field = Buffer.alloc(byteCount)
      if (byteCount === 8) field.writeBigUInt64LE(BigInt(value))
      else field.writeUIntLE(value, 0, byteCount)
      return field
    }),
  )

/**
 * A ZIP archive of one file, stored, in which each number that ZIP64 allows is in the fields of ZIP64. `claimed` replaces numbers by
 * others.
 */
export function zip64Of(name: string, body: string, claimed: { size?: number; fileCount?: number; end64Offset?: number } = {}): Buffer {
  const path = Buffer.from(name)
  const content = Buffer.from(body)
  const inZip64 = 0xffffffff
  const common = [
    [2, 45],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, crc32(content)],
  ] as const
  const local = Buffer.concat([
    fields([4, 0x04034b50], ...common, [4, inZip64], [4, inZip64], [2, path.length], [2, 20]),
    path,
    fields([2, 1], [2, 16], [8, content.length], [8, content.length]),
    content,
  ])
  // another extra field comes first, as Info-ZIP writes it
  const extra = fields([2, 0x5455], [2, 1], [1, 0], [2, 1], [2, 24], [8, claimed.size ?? content.length], [8, content.length], [8, 0])
  const directory = Buffer.concat([
    fields([4, 0x02014b50], [2, 45], ...common, [4, inZip64], [4, inZip64], [2, path.length], [2, extra.length]),
    fields([2, 0], [2, 0], [2, 0], [4, 0], [4, inZip64]),
    path,
    extra,
  ])
  const count = claimed.fileCount ?? 1
  const end64Offset = local.length + directory.length
  return Buffer.concat([
    local,
    directory,
    fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, directory.length], [8, local.length]),
    fields([4, 0x07064b50], [4, 0], [8, claimed.end64Offset ?? end64Offset], [4, 1]),
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff], [4, inZip64], [4, inZip64], [2, 0]),
  ])
}
