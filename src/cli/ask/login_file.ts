import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Credentials of an app, and the server they are for. */
export type Login = { readonly base: string; readonly corpid: string; readonly secret: string }

/** Returns the path of the file with the logins: `ROLLCALL_CONFIG_FILE`, otherwise a file in the user's configuration folder. */
export function loginFile(environment: NodeJS.ProcessEnv): string {
  if (environment.ROLLCALL_CONFIG_FILE) return environment.ROLLCALL_CONFIG_FILE
  const folder =
    process.platform === 'win32'
      ? (environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'))
      : environment.XDG_CONFIG_HOME || join(homedir(), '.config')
  return join(folder, 'rollcall', 'login.json')
}

/**
 * Returns the path of the file that caches access tokens for later commands, next to the file with the logins.
 * WeCom blocks callers that fetch a new token for each command.
 */
export const tokenFile = (environment: NodeJS.ProcessEnv) => loginFile(environment).replace(/(\.json)?$/, '.tokens.json')

/** Returns the stored logins, the most recent first. Throws if other users can read the file, or if it is damaged. */
export async function readLogins(environment: NodeJS.ProcessEnv): Promise<readonly Login[]> {
  const path = loginFile(environment)
  let text: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && mode & 0o077)
      throw new Error(
        `${path} holds secrets and other users may read it: run "chmod 600 ${path}", or "rollcall login" again after removing it`,
      )
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  try {
    const { logins } = JSON.parse(text) as { logins: Login[] }
    if (Array.isArray(logins)) return logins
  } catch {}
  throw new Error(`${path}: expected what "rollcall login" writes; remove the file and log in again`)
}

/** Stores a login as the most recent one. Replaces an earlier login of the same app. */
export async function storeLogin(environment: NodeJS.ProcessEnv, login: Login): Promise<void> {
  const others = (await readLogins(environment)).filter((each) => !isSame(each, login))
  await write(loginFile(environment), [login, ...others])
}

/** Deletes the logins for which `isDeleted` holds, and all cached tokens. Returns the deleted logins. */
export async function deleteLogins(environment: NodeJS.ProcessEnv, isDeleted: (login: Login) => boolean): Promise<readonly Login[]> {
  const all = await readLogins(environment)
  const deleted = all.filter(isDeleted)
  const rest = all.filter((login) => !isDeleted(login))
  await rm(tokenFile(environment), { force: true })
  if (rest.length === 0) await rm(loginFile(environment), { force: true })
  else await write(loginFile(environment), rest)
  return deleted
}

const isSame = (one: Login, other: Login) => one.base === other.base && one.corpid === other.corpid

/** Replaces the file at once, readable by its owner only. */
async function write(path: string, logins: readonly Login[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600 })
  await rename(temporary, path)
}
