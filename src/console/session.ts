import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Db } from '../store/db.ts'
import { isPassword, nobodysPassword } from './password.ts'
import {
  type AccountRow,
  accountsNamed,
  dropSession,
  dropStale,
  insertSession,
  type SessionRow,
  sessionByHash,
  touchSession,
} from './store.ts'

/** A session ends 12 hours after it was last used, a school day, and 30 days after sign-in whatever happens. */
const idle = 12 * 3600
const longest = 30 * 86_400
/** How old `seen_at` may grow, so that a page is not a write. */
const touchEvery = 300

/** The account of a name, or `name@school` where several schools have one, if the password is its own. */
export async function accountFor(db: Db, said: string, password: string, demo: boolean): Promise<AccountRow | undefined> {
  const [name = '', corpid] = said.trim().split('@')
  const found = (await db.all<AccountRow>(accountsNamed(name.toLowerCase()))).filter(
    (account) => (corpid === undefined || account.corpid === corpid) && !account.disabled && (demo || !account.demo),
  )
  const account = found.length === 1 ? found[0] : undefined
  const isRight = await isPassword(password, account?.password ?? nobodysPassword)
  return isRight ? account : undefined
}

/** A key is the school's number, in four bytes, and 32 random bytes; the database knows its hash. */
export async function openSession(db: Db, account: Pick<AccountRow, 'corp_no' | 'account_no'>, now: number): Promise<string> {
  const key = Buffer.concat([Buffer.alloc(4), randomBytes(32)])
  key.writeUInt32BE(account.corp_no)
  const text = key.toString('base64url')
  await db.batch([
    dropStale(account.corp_no, now - idle, now - longest),
    insertSession(account.corp_no, hashOf(text), account.account_no, now),
  ])
  return text
}

export async function readSession(db: Db, key: string | undefined, now: number, demo: boolean): Promise<SessionRow | undefined> {
  if (!key || !/^[\w-]{48}$/.test(key)) return undefined
  const corp_no = Buffer.from(key, 'base64url').readUInt32BE()
  const [session] = await db.all<SessionRow>(sessionByHash(corp_no, hashOf(key)))
  if (!session || session.disabled || (session.demo && !demo)) return undefined
  if (session.seen_at < now - idle || session.session_created_at < now - longest) return undefined
  if (session.seen_at < now - touchEvery) await db.batch([touchSession(corp_no, session.key_hash, now)])
  return session
}

export const closeSession = (db: Db, session: SessionRow) => db.batch([dropSession(session.corp_no, session.key_hash)])

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** What a form carries to show that it is ours: made from the cookie, which no other site can read. */
export const formToken = (cookie: string) => createHash('sha256').update(`form ${cookie}`).digest('base64url')

export function isFormToken(cookie: string, given: string | null): boolean {
  const expected = Buffer.from(formToken(cookie))
  const said = Buffer.from(given ?? '')
  return said.length === expected.length && timingSafeEqual(said, expected)
}

/**
 * Tries to sign in that may fail: ten for a name from one address and then one every 30 seconds; a hundred for an address, since a
 * whole school may come through one proxy. A try is paid for before it is made and given back when it was right.
 */
export function signInTries() {
  const ofName = bucket(10, 30)
  const ofAddress = bucket(100, 3)
  return {
    take: (address: string, name: string, now: number): boolean => {
      const isNameFree = ofName.take(`${address} ${name.toLowerCase()}`, now)
      return ofAddress.take(address, now) && isNameFree
    },
    giveBack: (address: string, name: string): void => {
      ofName.giveBack(`${address} ${name.toLowerCase()}`)
      ofAddress.giveBack(address)
    },
  }
}

/** Tokens that come back one every `refill` seconds. */
function bucket(most: number, refill: number) {
  const kept = new Map<string, { tokens: number; at: number }>()
  return {
    take(key: string, now: number): boolean {
      if (kept.size > 10_000) kept.clear()
      const { tokens, at } = kept.get(key) ?? { tokens: most, at: now }
      const left = Math.min(most, tokens + (now - at) / refill)
      kept.set(key, { tokens: Math.max(0, left - 1), at: now })
      return left >= 1
    },
    giveBack(key: string): void {
      const found = kept.get(key)
      if (found) found.tokens = Math.min(most, found.tokens + 1)
    },
  }
}
