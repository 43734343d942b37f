/**
 * The text of a file, whoever saved it. Excel's "CSV" in Chinese Windows is GB18030 (of which GBK and GB2312 are parts) without a word
 * about it; bytes that are UTF-8 throughout are hardly ever anything else.
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
