import { createDecipheriv, createHash } from 'node:crypto'

/** Bytes of padding at most: PKCS#7 for blocks of 16 bytes, or of 32 as WeCom pads. */
const mostPadding = 32

/**
 * Decrypts a message of 腾讯会议: base64, AES-256-CBC. `aesKey` is an EncodingAESKey: 43 characters of base64, which are the key of 32 bytes; its
 * first 16 bytes are the initialisation vector.
 *
 * @throws SyntaxError where the message is no whole number of blocks, or its padding is wrong
 */
export function decrypt(aesKey: string, message: string): string {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  const cipher = Buffer.from(message, 'base64')
  if (cipher.length === 0 || cipher.length % 16 !== 0) throw new SyntaxError('data: expected whole blocks of AES')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(cipher), decipher.final()])
  const padding = plain.at(-1) as number
  if (padding < 1 || padding > mostPadding || !plain.subarray(-padding).every((byte) => byte === padding))
    throw new SyntaxError('data: expected the padding of PKCS#7')
  return plain.subarray(0, -padding).toString('utf8')
}

/** The signature of a message of 腾讯会议: SHA-1, in hexadecimal, of the four texts sorted by code unit and joined. */
export const signatureOf = (token: string, timestamp: string, nonce: string, data: string): string =>
  createHash('sha1').update([token, timestamp, nonce, data].sort().join('')).digest('hex')
