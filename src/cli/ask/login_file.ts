import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where to ask, and as whom. */
export type Login = { readonly base: string; readonly corpid: string; readonly secret: string }

/** `ROLLCALL_CONFIG_FILE`, else where the system keeps such files. */
export function loginFile(environment: NodeJS.ProcessEnv): string {
  if (environment.ROLLCALL_CONFIG_FILE) return environment.ROLLCALL_CONFIG_FILE
  const folder =
    process.platform === 'win32'
      ? (environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'))
      : environment.XDG_CONFIG_HOME || join(homedir(), '.config')
  return join(folder, 'rollcall', 'login.json')
}

/** Tokens lie beside it, for the next command: WeCom blocks who asks for one each time. */
export const tokenFile = (environment: NodeJS.ProcessEnv) => loginFile(environment).replace(/(\.json)?$/, '.tokens.json')

/** The logins, the last one first; a file that others can read is refused. */
export async function readLogins(environment: NodeJS.ProcessEnv): Promise<readonly Login[]> {
  const path = loginFile(environment)
  let text: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && mode & 0o077)
      throw new Error(`${path} holds secrets and others may read it: run "chmod 600 ${path}", or "rollcall login" again after removing it`)
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

/** Puts a login first. */
export async function keepLogin(environment: NodeJS.ProcessEnv, login: Login): Promise<void> {
  const others = (await readLogins(environment)).filter((each) => !isSame(each, login))
  await write(loginFile(environment), [login, ...others])
}

/** Forgets those it is asked for, and every token; how many went. */
export async function forgetLogins(environment: NodeJS.ProcessEnv, goes: (login: Login) => boolean): Promise<readonly Login[]> {
  const all = await readLogins(environment)
  const gone = all.filter(goes)
  const rest = all.filter((login) => !goes(login))
  await rm(tokenFile(environment), { force: true })
  if (rest.length === 0) await rm(loginFile(environment), { force: true })
  else await write(loginFile(environment), rest)
  return gone
}

const isSame = (one: Login, other: Login) => one.base === other.base && one.corpid === other.corpid

async function write(path: string, logins: readonly Login[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${randomUUID()}`
  await writeFile(fresh, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, path)
}
