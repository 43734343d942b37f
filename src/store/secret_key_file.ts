import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isPostgres } from './open.ts'

/** A key of AES-256. `id`: the beginning of its SHA-256, 8 hexadecimal digits, which each ciphertext names. */
export type SecretKey = { readonly id: string; readonly bytes: Buffer }
export type KeyFile = ReturnType<typeof keyFile>

const head = '# The keys that encrypt the secrets in the database of Rollcall, the newest first. Keep a copy apart from the backups.\n'

/** The path of the key file: the one given, otherwise `rollcall.key` beside an SQLite file, or in the current folder for PostgreSQL. */
export const keyFilePath = (url: string, given = '') => given || join(isPostgres(url) ? '.' : dirname(url), 'rollcall.key')

/** What an error about keys tells the administrator to do. */
const advice = '--secret-key-file (ROLLCALL_SECRET_KEY_FILE) has to name the key file of this database'

/** The key file of a database. It is read again whenever it has changed, so that a running server follows a rotation. */
export function keyFile(path: string) {
  let keys: readonly SecretKey[] = []
  let seen = ''

  /** The keys, the newest first. Throws an error that names the setting where the file is missing or damaged. */
  function read(): readonly SecretKey[] {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (!stat) throw new Error(`${path}: there is no such file, but the database holds encrypted secrets: ${advice}`)
    const now = `${stat.ino} ${stat.mtimeNs} ${stat.size}`
    if (now !== seen) [keys, seen] = [parse(path), now]
    return keys
  }

  return {
    path,
    read,
    /** The key of this id. Throws an error that names the setting where the file has no such key. */
    find(id: string): SecretKey {
      const key = keys.find((each) => each.id === id) ?? read().find((each) => each.id === id)
      if (!key) throw new Error(`${path} does not have the key ${id}, which encrypted the secrets of the database: ${advice}`)
      return key
    },
    /** Makes the file with one new key, unless it is there. Of several processes that do it together, one makes the file. */
    create(): void {
      if (existsSync(path)) return
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      write(path, [newKey()], (temporary) => {
        try {
          linkSync(temporary, path)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        }
        rmSync(temporary)
      })
    },
    /**
     * Puts a new key first. All others stay: a row that is not encrypted again yet, another database of the same folder, or a backup may need
     * them.
     *
     * @throws where another process changes the file: else the new key of one of the two would be lost
     */
    renew(): void {
      const lock = `${path}.lock`
      try {
        closeSync(openSync(lock, 'wx', 0o600))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        throw new Error(`${lock}: another process is changing the key file; delete this file if none is`, { cause: error })
      }
      try {
        write(path, [newKey(), ...read()], (temporary) => renameSync(temporary, path))
      } finally {
        rmSync(lock, { force: true })
      }
    },
  }
}

const keyOf = (bytes: Buffer): SecretKey => ({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes })
const newKey = () => keyOf(randomBytes(32))

function parse(path: string): SecretKey[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const keys = lines.filter((line) => line && !line.startsWith('#')).map((line) => keyOf(Buffer.from(line.trim(), 'base64url')))
  if (keys.length === 0 || keys.some(({ bytes }) => bytes.length !== 32))
    throw new Error(`${path}: expected keys of 32 bytes in base64url, one on each line: ${advice}`)
  return keys
}

/** Writes a whole file under another name, readable by its owner alone and on disk, and then calls `place`, which gives it its name. */
function write(path: string, keys: readonly SecretKey[], place: (temporary: string) => void): void {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const lines = keys.map(({ bytes }) => `${bytes.toString('base64url')}\n`)
  writeFileSync(temporary, head + lines.join(''), { flag: 'wx', mode: 0o600, flush: true })
  place(temporary)
  // the name too has to be on disk before anything is encrypted with the key
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
