import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Token, TokenCache } from './tokens.ts'

export type { Token, TokenCache } from './tokens.ts'

/**
 * Returns a token cache in the file `path`, which only its owner can read. Creates the file and its folder at the first write.
 * Meant for commands that start often, and for processes of one machine that share a token.
 */
export function fileTokens(path: string): TokenCache {
  let lastWrite: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Record<string, Token>> {
    try {
      const content: unknown = JSON.parse(await readFile(path, 'utf8'))
      return typeof content === 'object' && content !== null ? (content as Record<string, Token>) : {}
    } catch {
      return {} // The file does not exist or is damaged: the client fetches a new token.
    }
  }

  async function write(key: string, token: Token): Promise<void> {
    const now = Date.now()
    const others = Object.entries(await read()).filter(([each, { expires_at }]) => each !== key && expires_at > now)
    const content = JSON.stringify(Object.fromEntries([...others, [key, token]]))
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Rename is atomic: a process that reads at the same time sees either the old or the new file, never half of one.
    const temporary = `${path}.${randomUUID()}`
    await writeFile(temporary, content, { mode: 0o600 })
    await rename(temporary, path)
  }

  return {
    get: async (key) => (await read())[key],
    set: (key, token) => {
      const done = lastWrite.then(() => write(key, token))
      lastWrite = done.catch(() => {})
      return done
    },
  }
}
