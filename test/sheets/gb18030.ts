/**
 * The two-byte part of the GB18030 encoding: the bytes of each character. Excel on Chinese Windows saves CSV in GB18030. Node decodes it
 * but does not encode it, so this table is built by decoding all pairs of bytes.
 */
const bytesOf = new Map<string, readonly number[]>()
const decoder = new TextDecoder('gb18030')
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    if (trail === 0x7f) continue
    const character = decoder.decode(Uint8Array.of(lead, trail))
    if (!bytesOf.has(character)) bytesOf.set(character, [lead, trail])
  }

/** Encodes a text as GB18030. Throws for a character that needs four bytes. */
export const gb18030 = (text: string): Uint8Array =>
  Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = character < '\u0080' ? [character.charCodeAt(0)] : bytesOf.get(character)
      if (!bytes) throw new Error(`${character} is not of the two-byte part`)
      return bytes
    }),
  )
