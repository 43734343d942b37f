import { execFileSync } from 'node:child_process'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { needs } from './programs.ts'

/** OpenSSL's command, as a second implementation beside Node's crypto. Where a machine lacks it, Node's own crypto takes its place. */
const isInstalled = needs('openssl').skip === undefined
const openssl = (args: readonly string[], input: string) => execFileSync('openssl', [...args], { input }).toString()

/** A digest in hex. */
export const digestOf = (algorithm: 'md5' | 'sha1', text: string): string =>
  isInstalled ? (openssl(['dgst', `-${algorithm}`, '-r'], text).split(' ')[0] as string) : createHash(algorithm).update(text).digest('hex')

/** HMAC-SHA256 in hex. */
export const hmacOf = (key: string, text: string): string =>
  isInstalled
    ? (openssl(['dgst', '-sha256', '-hmac', key, '-r'], text).split(' ')[0] as string)
    : createHmac('sha256', key).update(text).digest('hex')

/** A text encrypted with AES-256-CBC, in base64. `key` is in hex; the IV is its first half. */
export function encryptedWith(key: string, text: string, isPadded = true): string {
  const iv = key.slice(0, 32)
  const padding = isPadded ? [] : ['-nopad']
  if (isInstalled) return openssl(['enc', '-aes-256-cbc', ...padding, '-K', key, '-iv', iv, '-base64', '-A'], text).trim()
  const cipher = createCipheriv('aes-256-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex')).setAutoPadding(isPadded)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}
