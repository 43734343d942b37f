import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** What OWASP names as the least for argon2id: 19 MiB, two passes, one lane; some 40 ms, four at a time (Node's thread pool). */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

const derived = promisify(argon2)

/** A PHC string: the cost stands beside the salt, so that raising it does not lock anybody out. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derived('argon2id', { ...cost, message: password.normalize('NFKC'), nonce })
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  if (!found) return false
  const [memory, passes, parallelism] = found.slice(1, 4).map(Number) as [number, number, number]
  const [nonce, tag] = found.slice(4).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  const made = await derived('argon2id', { message: password.normalize('NFKC'), nonce, memory, passes, parallelism, tagLength: tag.length })
  return timingSafeEqual(made, tag)
}

/** Where there is no such account: takes as long as a password that is wrong. */
export const nobodysPassword = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** Four groups of four, no letter that looks like another: 80 bits. */
export function newPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789x'
  return Array.from(randomBytes(16), (byte, index) => (index && index % 4 === 0 ? '-' : '') + alphabet[byte % 32]).join('')
}
