/** Text as Excel in Chinese Windows saves it: Node reads GB18030 and does not write it, so the two-byte part is turned round. */
const bytesOf = new Map<string, readonly number[]>()
const decoder = new TextDecoder('gb18030')
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    if (trail === 0x7f) continue
    const character = decoder.decode(Uint8Array.of(lead, trail))
    if (!bytesOf.has(character)) bytesOf.set(character, [lead, trail])
  }

export const gb18030 = (text: string): Uint8Array =>
  Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = character < '\u0080' ? [character.charCodeAt(0)] : bytesOf.get(character)
      if (!bytes) throw new Error(`${character} is not of the two-byte part`)
      return bytes
    }),
  )
