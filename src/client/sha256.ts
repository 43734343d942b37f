/** Returns the SHA-256 of `text` (as UTF-8) in lower-case hexadecimal. Uses the Web Crypto API, which every supported runtime has. */
export async function sha256Hex(text: string): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
