import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Token, TokenCache } from './tokens.ts'

export type { Token, TokenCache } from './tokens.ts'

/** Tokens in a file that its owner alone can read: for commands that start often, and for processes side by side. */
export function fileTokens(path: string): TokenCache {
  let last: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Record<string, Token>> {
    try {
      const found: unknown = JSON.parse(await readFile(path, 'utf8'))
      return typeof found === 'object' && found !== null ? (found as Record<string, Token>) : {}
    } catch {
      return {} // not there yet, or damaged: a token is asked for again
    }
  }

  async function write(key: string, token: Token): Promise<void> {
    const now = Date.now()
    const kept = Object.entries(await read()).filter(([, { expires_at }]) => expires_at > now)
    const whole = JSON.stringify(Object.fromEntries([...kept.filter(([each]) => each !== key), [key, token]]))
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // a name of its own, then a rename: a reader beside us sees the old file or the new one
    const fresh = `${path}.${randomUUID()}`
    await writeFile(fresh, whole, { mode: 0o600 })
    await rename(fresh, path)
  }

  return {
    get: async (key) => (await read())[key],
    set: (key, token) => {
      const done = last.then(() => write(key, token))
      last = done.catch(() => {})
      return done
    },
  }
}
