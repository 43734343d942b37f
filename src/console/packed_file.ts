import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { maxFileSize } from '../sheets/limits.ts'

/** An uploaded file that a form carries until it is confirmed, so that the server stores nothing in between: see decisions/importing.md. */

/** Bytes of base64url. A form has 8 MB at most, and the form that confirms carries the file, compressed. */
const mostPackedBytes = 8_000_000

/** Characters of a file's name that are shown: file systems allow 255. A form could send 8 MB, which took 0.6 s to escape for HTML. */
const mostNameCharacters = 255

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** The text of a form field that carries the file; undefined where it would be too large for a form. */
export async function packFile(bytes: Uint8Array): Promise<string | undefined> {
  const packed = (await compress(bytes)).toString('base64url')
  return packed.length > mostPackedBytes ? undefined : packed
}

/** The file that such a text carries; undefined where it carries none, or one that unpacks to more than `maxFileSize`. */
export const unpackFile = (packed: string): Promise<Buffer | undefined> =>
  decompress(Buffer.from(packed, 'base64url'), { maxOutputLength: maxFileSize }).catch(() => undefined)

/** A file's name as it is shown. */
export const shownFileName = (name: string | null) => (name ?? '').slice(0, mostNameCharacters)
