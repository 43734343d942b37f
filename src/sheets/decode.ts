/**
 * Returns the text of a file whose encoding is not known: UTF-16 if there is a byte-order mark for it, UTF-8 if the bytes are valid UTF-8,
 * otherwise GB18030. Excel on Chinese Windows saves CSV in GB18030 (a superset of GBK and GB2312) and does not mark it. Bytes in GB18030
 * are hardly ever valid UTF-8 by chance.
 */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
