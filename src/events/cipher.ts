import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/** The encryption and the signature of WeCom's callbacks (WeCom page 90968), on top of Node's AES and SHA-1. */

/** WeCom pads to whole blocks of 32 bytes, where PKCS#7 for AES has 16. */
const blockSize = 32

/**
 * Encrypts a message with AES-256-CBC, and returns it in base64. `aesKey` is an EncodingAESKey: 43 characters of base64, which are the key
 * of 32 bytes; its first 16 bytes are the initialisation vector. `random` are the 16 bytes before the message; tests give other bytes.
 * Throws if the key has another length.
 */
export function encrypt(aesKey: string, message: string, receiveid: string, random = randomBytes(16)): string {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  if (key.length !== 32) throw new Error('EncodingAESKey: expected 43 characters of base64')
  const text = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([random, length, text, Buffer.from(receiveid)])
  const padding = blockSize - (plain.length % blockSize)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]).toString('base64')
}

/** The `msg_signature` of a message: SHA-1, in hexadecimal, of the four texts in alphabetical order. */
export const signatureOf = (token: string, timestamp: string, nonce: string, cipher: string): string =>
  createHash('sha1').update([token, timestamp, nonce, cipher].sort().join('')).digest('hex')
