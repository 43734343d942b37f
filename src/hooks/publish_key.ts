import { createHmac, randomBytes } from 'node:crypto'
import type { Living } from '../living/store.ts'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { isEqualText } from './equal.ts'
import { type HookRow, hooksOf } from './store.ts'
import { insertLinkKey, type LinkKey, linkKey } from './store_links.ts'

/** Servers whose publishers show the key of their living. The others know by themselves who may publish. */
export const keyedKinds = new Set(['nginx-rtmp', 'srs', 'mediamtx'])

type Of = Pick<Living, 'corp_no' | 'living_no' | 'livingid'>
type Context = { readonly db: Db; readonly secrets: Secrets }

/** A new key for the links of a living, encrypted. */
export const newSigningKey = (secrets: Secrets, { corp_no, living_no }: Of) =>
  secrets.seal(randomBytes(32).toString('base64url'), 'living_link.signing_key', corp_no, living_no)

/** The key that signs the links of a living, decrypted. Throws where the living has none yet. */
export async function signingKeyOf({ db, secrets }: Context, living: Of): Promise<string> {
  const [key] = await db.all<LinkKey>(linkKey(living))
  if (!key) throw new Error(`living ${living.livingid} has no signing key`)
  return secrets.open(key.signing_key, 'living_link.signing_key', living.corp_no, living.living_no)
}

/**
 * The key without which nobody may publish the stream of a living: anybody who may watch knows the livingid. It is derived from the key of the
 * living's links, so that `rotate` replaces both.
 */
const publishKey = (signing_key: string) =>
  createHmac('sha256', Buffer.from(signing_key, 'base64url')).update('publish').digest('base64url').slice(0, 22)

/** What a teacher publishes under, `LIVINGID?key=KEY`: the stream key in OBS. */
export async function publishNameOf(context: Context, living: Of): Promise<string> {
  const [row] = await context.db.all<LinkKey>(linkKey(living))
  if (!row) await context.db.batch([insertLinkKey(living, newSigningKey(context.secrets, living))])
  return `${living.livingid}?key=${publishKey(await signingKeyOf(context, living))}`
}

/** The same, for a corp one of whose streaming servers asks for the key; undefined for any other. */
export async function publishNameIfAsked(context: Context, living: Of): Promise<string | undefined> {
  const hooks = await context.db.all<HookRow>(hooksOf(living.corp_no))
  return hooks.some(({ kind }) => keyedKinds.has(kind)) ? publishNameOf(context, living) : undefined
}

/** Whether `key` is the publish key of a living. A living whose links and key nobody has asked for has none. */
export async function isPublishKey({ db, secrets }: Context, living: Of, key: string): Promise<boolean> {
  const [row] = await db.all<LinkKey>(linkKey(living))
  if (!row) return false
  const signing_key = secrets.open(row.signing_key, 'living_link.signing_key', living.corp_no, living.living_no)
  return isEqualText(key, publishKey(signing_key))
}
