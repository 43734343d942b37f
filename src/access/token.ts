import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { clockSkewSeconds } from '../wire/clock.ts'
import { WireError } from '../wire/errcode.ts'
import type { Grant, Kind } from './grants.ts'
import { type AppRow, appByNumber, appBySecret, corpById, setToken } from './store.ts'

/** Seconds a token is valid, as WeCom's are. With less than `renewBefore` left a new one is issued, while the old one stays valid. */
export const tokenLife = 7200
const renewBefore = 300

/** An app that calls, with its corp. */
export type App = {
  corp_no: number
  corpid: string
  agentid: number
  kind: Kind
  name: string
  grants: ReadonlySet<Grant>
  legacy: boolean
}

/** SHA-256 as hexadecimal text. */
export const sha256 = (text: string) => hash('sha256', text)

/**
 * Computes a token from the secret. It is never stored: the database has its hash alone, and whoever presents the secret again is given the
 * same token, by any process. 4 bytes for each number of its owner (corp_no and agentid), 6 of the time of issue, 32 of HMAC-SHA256.
 *
 * @param label what the token is for, so that tokens of one kind are not accepted as another
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

/** Seconds for which the current token is still valid; undefined where a new one is to be issued. */
export function leftOf(issued: { token_hash: string | null; token_issued_at: number }, now: number): number | undefined {
  const left = issued.token_issued_at + tokenLife - now
  // a server whose clock is behind the issuer's sees more than 7,200 s left, and must not issue another token
  return issued.token_hash && left >= renewBefore && left <= tokenLife + clockSkewSeconds ? Math.min(left, tokenLife) : undefined
}

/** `gettoken` (WeCom page 91039). The demo corp exists only on a server that was started with --demo. Throws 41002, 41004, 40013 or 40001. */
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

/** Milliseconds after which a cached app is read again. A revoked grant takes effect within this time. */
const trustMs = 500
const mostCached = 10_000

/**
 * Reads access tokens for one process, through two caches: apps by their number, and tokens that were verified, since verifying one takes
 * 8 µs. Both are valid for `trustMs`.
 *
 * @param demo whether the demo school's tokens are accepted
 * @returns a function that answers the app of a token. It throws 41001 without a token, 40014 for a wrong one, 42001 for an expired one.
 */
export function tokenReader(db: Db, demo: boolean) {
  const cacheOptions = { max: mostCached, ttl: trustMs, ttlResolution: 0, perf: performance }
  const apps = new LRUCache<string, { row: AppRow | undefined; app: App | undefined; readAtMs: number }>(cacheOptions)
  const verified = new LRUCache<string, { app: App; expiresAt: number }>(cacheOptions)

  async function appOf(corp_no: number, agentid: number, isFresh: boolean) {
    const key = `${corp_no}/${agentid}`
    const cached = isFresh ? undefined : apps.get(key)
    if (cached) return cached
    const readAtMs = performance.now()
    const [row] = await db.all<AppRow>(appByNumber(corp_no, agentid))
    const found = { row, app: row && appOfRow(row), readAtMs }
    apps.set(key, found, { start: readAtMs })
    return found
  }

  async function verify(token: string | undefined, now: number): Promise<App> {
    if (!token) throw new WireError('token_missing')
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length !== 46 || bytes.toString('base64url') !== token) throw new WireError('bad_token')
    const [corp_no, agentid] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)]
    const issued_at = bytes.readUIntBE(8, 6)
    const hash = sha256(token)
    const isCurrent = ({ row }: { row: AppRow | undefined }) => row && (same(hash, row.token_hash) || same(hash, row.old_token_hash))
    let found = await appOf(corp_no, agentid, false)
    // another process may have issued the token after the app was cached
    if (!isCurrent(found)) found = await appOf(corp_no, agentid, true)
    const { row, app, readAtMs } = found
    if (!row || !app || row.disabled || (row.demo === 1 && !demo)) throw new WireError('bad_token')
    if (issued_at + tokenLife <= now && row.token_hash) throw new WireError('token_expired')
    if (!isCurrent(found)) throw new WireError('bad_token')
    // as long as the row itself is trusted, and no longer
    verified.set(token, { app, expiresAt: issued_at + tokenLife }, { start: readAtMs })
    return app
  }

  return (token: string | undefined, now: number): App | Promise<App> => {
    const cached = token ? verified.get(token) : undefined
    return cached && cached.expiresAt > now ? cached.app : verify(token, now)
  }
}

/** Whether a hash is the one stored, compared in constant time. */
export const same = (hash: string, stored: string | null) =>
  stored !== null && hash.length === stored.length && timingSafeEqual(Buffer.from(hash), Buffer.from(stored))

const appOfRow = (row: AppRow): App => ({
  corp_no: row.corp_no,
  corpid: row.corpid,
  agentid: row.agentid,
  kind: row.kind as Kind,
  name: row.name,
  grants: new Set(row.grants.split(',').filter(Boolean)) as Set<Grant>,
  legacy: row.legacy === 1,
})
