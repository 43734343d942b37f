import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { clockSkewSeconds } from '../wire/clock.ts'
import { WireError } from '../wire/errcode.ts'
import type { Grant, Kind } from './grants.ts'
import { type AppRow, appByNumber, appBySecret, corpById, setToken } from './store.ts'

/** Seconds a token lives, as WeCom's; with less than `renewBefore` left a new one is given, and the old one lasts on. */
export const tokenLife = 7200
const renewBefore = 300

export type App = {
  corp_no: number
  corpid: string
  agentid: number
  kind: Kind
  name: string
  grants: ReadonlySet<Grant>
  legacy: boolean
}

export const sha256 = (text: string) => hash('sha256', text)

/**
 * A token is made from the secret and never stored: the database has its hash only, and whoever shows the secret again
 * gets the same token made again, in any process. 4 bytes for each number of its owner (corp and agentid), 6 time of issue, 32 HMAC-SHA256.
 */
export function makeToken(secret: string, label: string, owner: readonly number[], issued_at: number): string {
  const head = Buffer.alloc(4 * owner.length + 6)
  for (const [index, no] of owner.entries()) head.writeUInt32BE(no, 4 * index)
  head.writeUIntBE(issued_at, 4 * owner.length, 6)
  const mac = createHmac('sha256', secret).update(label).update(head).digest()
  return Buffer.concat([head, mac]).toString('base64url')
}

const appToken = (secret: string, app: AppRow, issued_at: number) =>
  makeToken(secret, 'access_token', [app.corp_no, app.agentid], issued_at)

/** Seconds left of the token that is out; undefined where a new one is due. */
export function leftOf(issued: { token_hash: string | null; token_issued_at: number }, now: number): number | undefined {
  const left = issued.token_issued_at + tokenLife - now
  // a server whose clock is a little behind the issuer's sees more than a whole life left, and must not make another
  return issued.token_hash && left >= renewBefore && left <= tokenLife + clockSkewSeconds ? Math.min(left, tokenLife) : undefined
}

/** gettoken, page 91039. `demo` corps answer only a server that was started with --demo. */
export async function issueToken(db: Db, asked: { corpid?: string; corpsecret?: string }, now: number, demo: boolean) {
  const { corpid, corpsecret } = asked
  if (!corpid) throw new WireError('corpid_missing')
  if (!corpsecret) throw new WireError('secret_missing')
  const [corp] = await db.all<{ demo: number }>(corpById(corpid))
  if (!corp || (corp.demo === 1 && !demo)) throw new WireError('bad_corpid')
  return retryOnConflict(async () => {
    const [app] = await db.all<AppRow>(appBySecret(corpid, sha256(corpsecret)))
    if (!app || app.disabled) throw new WireError('bad_secret')
    const left = leftOf(app, now)
    if (left !== undefined) return { access_token: appToken(corpsecret, app, app.token_issued_at), expires_in: left }
    const access_token = appToken(corpsecret, app, now)
    await db.batch([must(setToken(app, sha256(access_token), now))])
    return { access_token, expires_in: tokenLife }
  })
}

/** How long a process may go on believing what it knows of an app: a revoked grant bites within it. */
const believeMs = 500

/** Reads tokens for one process. */
export function tokenReader(db: Db, demo: boolean) {
  const known = new Map<string, { row: AppRow | undefined; app: App | undefined; until: number }>()
  const appOf = async (corp_no: number, agentid: number) => {
    const key = `${corp_no}/${agentid}`
    const kept = known.get(key)
    if (kept && kept.until > performance.now()) return kept
    const [row] = await db.all<AppRow>(appByNumber(corp_no, agentid))
    const fresh = { row, app: row && shaped(row), until: performance.now() + believeMs }
    // forged tokens name apps without end; what is kept of them must not grow
    if (known.size > 10_000) known.clear()
    known.set(key, fresh)
    return fresh
  }
  // a token found good is good for as long as its row would be believed: checking it again takes 8 µs
  const good = new Map<string, { app: App; expires: number; until: number }>()
  /** The app a token belongs to, or 41001, 40014, 42001. */
  return (token: string | undefined, now: number): App | Promise<App> => {
    const found = token ? good.get(token) : undefined
    return found && found.until > performance.now() && found.expires > now ? found.app : check(token, now)
  }
  async function check(token: string | undefined, now: number): Promise<App> {
    if (!token) throw new WireError('token_missing')
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length !== 46 || bytes.toString('base64url') !== token) throw new WireError('bad_token')
    const issued_at = bytes.readUIntBE(8, 6)
    const hash = sha256(token)
    const isCurrent = ({ row }: { row: AppRow | undefined }) => row && (same(hash, row.token_hash) || same(hash, row.old_token_hash))
    let found = await appOf(bytes.readUInt32BE(0), bytes.readUInt32BE(4))
    // a token issued a moment ago by another process must never be refused: look again before saying no
    if (!isCurrent(found)) {
      known.delete(`${bytes.readUInt32BE(0)}/${bytes.readUInt32BE(4)}`)
      found = await appOf(bytes.readUInt32BE(0), bytes.readUInt32BE(4))
    }
    const { row, app } = found
    if (!row || !app || row.disabled || (row.demo === 1 && !demo)) throw new WireError('bad_token')
    if (issued_at + tokenLife <= now && row.token_hash) throw new WireError('token_expired')
    if (!isCurrent(found)) throw new WireError('bad_token')
    if (good.size > 10_000) good.clear()
    good.set(token, { app, expires: issued_at + tokenLife, until: found.until })
    return app
  }
}

export const same = (hash: string, stored: string | null) =>
  stored !== null && hash.length === stored.length && timingSafeEqual(Buffer.from(hash), Buffer.from(stored))

const shaped = (row: AppRow): App => ({
  corp_no: row.corp_no,
  corpid: row.corpid,
  agentid: row.agentid,
  kind: row.kind as Kind,
  name: row.name,
  grants: new Set(row.grants.split(',').filter(Boolean)) as Set<Grant>,
  legacy: row.legacy === 1,
})
