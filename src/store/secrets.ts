import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyFile } from './secret_key_file.ts'

/**
 * Columns whose text is encrypted, and the columns that identify a row of their table. Hashes are not among them: what only has to be
 * compared is stored as a hash.
 */
export const sealedColumns = {
  'setting.value': ['name'],
  'hook.secret': ['corp_no', 'hook_no'],
  'callback.token': ['corp_no', 'agentid'],
  'callback.aes_key': ['corp_no', 'agentid'],
  'living_link.signing_key': ['corp_no', 'living_no'],
} as const
export type SealedColumn = keyof typeof sealedColumns

/** Encrypts and decrypts the secrets of one database. */
export type Secrets = ReturnType<typeof secretsWith>

/** What every sealed text begins with. The digit is the version of the format: AES-256-GCM, a nonce of 12 bytes, a tag of 16. */
export const sealedPrefix = 'sealed1:'
const nonceBytes = 12
const tagBytes = 16

/** What a ciphertext is bound to. Copied into another row or column, or given another version, it cannot be opened. */
const boundTo = (column: SealedColumn, key: readonly (string | number)[]) => Buffer.from(`${sealedPrefix}${column}/${key.join('/')}`)

/** A random nonce is safe for 2^32 texts of one key (NIST SP 800-38D, 8.3); a district has some 2^20 livings. */
export const secretsWith = (keys: KeyFile) => ({
  /** What a text begins with that is sealed with the newest key. */
  newestPrefix: () => `${sealedPrefix}${keys.read()[0]?.id}:`,

  /** Encrypts a text with the newest key, for one column of the row that `key` identifies. */
  seal(text: string, column: SealedColumn, ...key: readonly (string | number)[]): string {
    const [newest] = keys.read()
    if (!newest) throw new Error(`${keys.path}: expected a key`)
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(boundTo(column, key))
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${sealedPrefix}${newest.id}:${sealed.toString('base64url')}`
  },

  /** Decrypts what `seal` answered for the same column and row. Throws where the text was changed, or sealed for another one or with a key that is not in the file. */
  open(sealed: string, column: SealedColumn, ...key: readonly (string | number)[]): string {
    const row = `${column} of ${key.join('/')}`
    if (!sealed.startsWith(sealedPrefix)) throw new Error(`${row}: expected an encrypted text`)
    const [id = '', text = ''] = sealed.slice(sealedPrefix.length).split(':')
    const bytes = Buffer.from(text, 'base64url')
    const { bytes: secret } = keys.find(id)
    try {
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(boundTo(column, key)).setAuthTag(bytes.subarray(-tagBytes))
      return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
    } catch (error) {
      throw new Error(`${row}: the encrypted text was changed, or belongs to another row`, { cause: error })
    }
  },
})
