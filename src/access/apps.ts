import { randomBytes } from 'node:crypto'
import { type Db, retryOnConflict } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { must } from '../store/sql.ts'
import { type Grant, grantNames, grantsOf, type Kind, kinds } from './grants.ts'
import {
  type AppRow,
  appByNumber,
  appsOf,
  corpById,
  highestCorp,
  insertApp,
  insertCorp,
  putSetting,
  setDisabled,
  setGrants,
  setSecret,
  settingValue,
} from './store.ts'
import { sha256 } from './token.ts'

/** What an administrator does to corps and apps, by command and in the console. Every function throws an `Error` for a person where it is asked for something wrong. */
export type CorpRow = { corp_no: number; corpid: string; name: string; legacy: number; demo: number; roster_version: number }

/** The corp of a corpid. Throws where there is none. */
export async function corpOf(db: Db, corpid: string): Promise<CorpRow> {
  const [corp] = await db.all<CorpRow>(corpById(corpid))
  if (!corp) throw new Error(`no corp ${JSON.stringify(corpid)}: add it with "rollcall corp add ${corpid}"`)
  return corp
}

/**
 * Adds a corp.
 *
 * @param alongside statements for the same batch: the corp's root party, which the roster writes
 */
export async function addCorp(
  db: Db,
  corp: { corpid: string; name?: string; legacy?: boolean; demo?: boolean },
  now: number,
  alongside: (corp_no: number, name: string) => Parameters<Db['batch']>[0],
) {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(corp.corpid))
    throw new Error(`corpid: expected 1-64 of A-Z a-z 0-9 _ -, got ${JSON.stringify(corp.corpid)}`)
  const name = corp.name || corp.corpid
  await retryOnConflict(async () => {
    const [known] = await db.all<CorpRow>(corpById(corp.corpid))
    if (known) throw new Error(`corp ${corp.corpid} exists already`)
    const [{ corp_no } = { corp_no: 0 }] = await db.all<{ corp_no: number }>(highestCorp())
    const row = {
      corp_no: corp_no + 1,
      corpid: corp.corpid,
      name,
      legacy: Number(corp.legacy ?? false),
      demo: Number(corp.demo ?? false),
      now,
    }
    await db.batch([insertCorp(row), ...alongside(row.corp_no, name)])
  })
  return { corpid: corp.corpid, name, legacy: corp.legacy ?? false }
}

/** Adds an app, and answers its secret, which cannot be read again. `grants` is a list separated by commas. */
export async function addApp(
  db: Db,
  asked: { corpid: string; kind: string; name?: string; grants?: string; agentid?: number; secret?: string },
  now: number,
) {
  const corp = await corpOf(db, asked.corpid)
  if (!kinds.includes(asked.kind as Kind)) throw new Error(`--kind: expected ${kinds.join(', ')}, got ${JSON.stringify(asked.kind)}`)
  const kind = asked.kind as Kind
  const grants = readGrants(kind, asked.grants ?? '')
  const secret = asked.secret ?? newSecret()
  return retryOnConflict(async () => {
    const apps = await db.all<AppRow>(appsOf(corp.corp_no))
    const agentid = pickAgentid(corp.corpid, apps, asked.agentid)
    const name = asked.name || `${kind} ${agentid}`
    await db.batch([insertApp({ corp_no: corp.corp_no, agentid, kind, name, grants: grants.join(','), secret_hash: sha256(secret), now })])
    return { corpid: corp.corpid, agentid, secret }
  })
}

/** The agentid asked for, or the next free one: WeCom numbers self-built apps from 1000002 on. Throws where it is taken or out of range. */
export function pickAgentid(corpid: string, apps: readonly AppRow[], asked?: number): number {
  const agentid = asked ?? Math.max(1_000_001, ...apps.map((app) => app.agentid)) + 1
  if (!Number.isInteger(agentid) || agentid < 1 || agentid > 2 ** 31 - 1)
    throw new Error(`--agentid: expected a whole number from 1 to 2147483647, got ${agentid}`)
  if (apps.some((app) => app.agentid === agentid)) throw new Error(`app ${agentid} of ${corpid} exists already`)
  return agentid
}

/**
 * Adds or takes away grants, a list separated by commas. A grant that this version does not know can be taken away where the app has it.
 * Throws where an app of this kind cannot have a grant.
 */
export async function changeGrants(db: Db, corpid: string, agentid: number, verb: 'grant' | 'revoke', names: string) {
  const app = await appOf(db, corpid, agentid)
  const has = namesIn(app.grants)
  const isHeld = (name: string) => verb === 'revoke' && has.includes(name)
  const known = namesIn(names).filter((name) => !isHeld(name))
  const asked: string[] = [...namesIn(names).filter(isHeld), ...readGrants(app.kind as Kind, known.join(','))]
  if (asked.length === 0) throw new Error('--grant: expected at least one grant')
  const grants = verb === 'grant' ? [...new Set([...has, ...asked])] : has.filter((name) => !asked.includes(name))
  await db.batch([must(setGrants(app.corp_no, agentid, grants.join(',')))])
  return shown({ ...app, grants: grants.join(',') })
}

/** Disables an app, which revokes its tokens, or enables it again. */
export async function disableApp(db: Db, corpid: string, agentid: number, isDisabled: boolean) {
  const app = await appOf(db, corpid, agentid)
  await db.batch([must(setDisabled(app.corp_no, agentid, Number(isDisabled)))])
  return shown({ ...app, disabled: Number(isDisabled) })
}

/** Replaces an app's secret, which revokes its tokens, and answers the new one. */
export async function rotateSecret(db: Db, corpid: string, agentid: number) {
  const app = await appOf(db, corpid, agentid)
  const secret = newSecret()
  await db.batch([must(setSecret(app.corp_no, agentid, sha256(secret)))])
  return { corpid, agentid, secret }
}

/** The apps of a corp, without secrets. */
export async function listApps(db: Db, corpid: string) {
  const corp = await corpOf(db, corpid)
  return (await db.all<AppRow>(appsOf(corp.corp_no))).map(shown)
}

/** The name of a setting that holds a key. It has to end in "key": settings of such names are encrypted. */
type SharedKey = `${string}_key`

/** A random key of 32 bytes that all processes of a database share, made at first use: for cursors, suite tickets and the like. */
export async function sharedKey(db: Db, secrets: Secrets, name: SharedKey): Promise<Buffer> {
  await db.batch([putSetting(name, secrets.seal(randomBytes(32).toString('base64url'), 'setting.value', name))])
  const [row] = await db.all<{ value: string }>(settingValue(name))
  if (!row) throw new Error(`the setting ${name} is gone`)
  return openKey(secrets, name, row.value)
}

/** Decrypts the stored value of a shared key. */
export const openKey = (secrets: Secrets, name: SharedKey, value: string): Buffer =>
  Buffer.from(secrets.open(value, 'setting.value', name), 'base64url')

/** 32 random bytes as 43 characters of [A-Za-z0-9_-], which need no escaping: some SDKs send a secret unescaped. */
export const newSecret = () => randomBytes(32).toString('base64url')

/** An app by its agentid. Throws where there is none. */
export async function appOf(db: Db, corpid: string, agentid: number): Promise<AppRow> {
  const corp = await corpOf(db, corpid)
  const [app] = await db.all<AppRow>(appByNumber(corp.corp_no, agentid))
  if (!app) throw new Error(`corp ${corpid} has no app ${agentid}: see "rollcall app list --corp ${corpid}"`)
  return app
}

/** The names in a list separated by commas. */
const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)

/** Parses a comma-separated list of grants. Throws where a grant does not exist, or where an app of this kind cannot have it. */
export function readGrants(kind: Kind, text: string): Grant[] {
  const names = namesIn(text)
  for (const name of names) {
    if (!Object.hasOwn(grantNames, name))
      throw new Error(`--grant: no grant ${JSON.stringify(name)}; expected ${Object.keys(grantNames).join(', ')}`)
    if (!grantsOf[kind].includes(name as Grant))
      throw new Error(`--grant: a ${kind} app cannot hold ${name}; it takes ${grantsOf[kind].join(', ') || 'none'}`)
  }
  return [...new Set(names)] as Grant[]
}

const shown = (app: AppRow) => ({
  corpid: app.corpid,
  agentid: app.agentid,
  kind: app.kind,
  name: app.name,
  grants: app.grants.split(',').filter(Boolean),
  disabled: app.disabled === 1,
})
