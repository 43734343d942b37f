import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * The least that OWASP recommends for argon2id: 19 MiB, two passes, one lane. A hash takes some 40 ms, on a thread of Node's pool; four are
 * computed at once.
 */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

const argon2Async = promisify(argon2)

/** UTF-16 code units of the longest password: a new one has at most 200 characters. */
const mostCodeUnits = 400

/**
 * Hashes a password with a new salt. Returns a PHC string (`$argon2id$v=19$…`), which contains the cost: after the cost above is raised,
 * hashes of the old cost can still be checked.
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await argon2Async('argon2id', { ...cost, message: password.normalize('NFKC'), nonce })
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

/**
 * Whether a password has this hash, a PHC string of `hashPassword`. False for a malformed hash, and for a longer text than any password:
 * `normalize` takes quadratic time for combining marks. Compares in constant time.
 */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash)
  if (!found || password.length > mostCodeUnits) return false
  const [memory, passes, parallelism] = found.slice(1, 4).map(Number) as [number, number, number]
  const [nonce, tag] = found.slice(4).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  const actual = await argon2Async('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    memory,
    passes,
    parallelism,
    tagLength: tag.length,
  })
  return timingSafeEqual(actual, tag)
}

/** Checked where there is no such account: takes as long as a wrong password, so that the time does not tell which names exist. */
export const dummyPasswordHash = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/**
 * A random password of some 80 bits: four groups of four characters. No two characters of the alphabet look alike; `x` is in it twice,
 * which makes it 32 characters long.
 */
export function newPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789x'
  return Array.from(randomBytes(16), (byte, index) => (index && index % 4 === 0 ? '-' : '') + alphabet[byte % 32]).join('')
}
