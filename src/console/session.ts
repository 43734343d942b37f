import { createHash, randomBytes } from 'node:crypto'
import type { Db } from '../store/db.ts'
import {
  type AccountRow,
  deleteExpiredSessions,
  deleteSession,
  insertSession,
  type SessionRow,
  sessionsByHash,
  touchSession,
} from './store.ts'

/** A session expires after 12 hours without a request: the next school day begins with a sign-in. */
const idleSeconds = 12 * 3600
/** A session expires 30 days after sign-in, even if it is in use. */
const maxAgeSeconds = 30 * 86_400
/** `seen_at` is updated only when it is older than this, so that most requests write nothing. */
const touchAfterSeconds = 300

/**
 * Opens a session, and deletes the school's expired ones.
 *
 * @param now unix seconds
 * @returns the session key, which is the value of the session cookie: the corp_no in four bytes and 32 random bytes, in base64url. The
 * database stores only its hash, so that a copy of the database signs nobody in.
 */
export async function openSession(db: Db, account: Pick<AccountRow, 'corp_no' | 'account_no'>, now: number): Promise<string> {
  const bytes = Buffer.concat([Buffer.alloc(4), randomBytes(32)])
  bytes.writeUInt32BE(account.corp_no)
  const key = bytes.toString('base64url')
  await db.batch([
    deleteExpiredSessions(account.corp_no, now - idleSeconds, now - maxAgeSeconds),
    insertSession(account.corp_no, hashOf(key), account.account_no, now),
  ])
  return key
}

/**
 * The sessions of a school that have one of these key hashes and are valid: not expired, and of an account that is not disabled.
 *
 * @param now unix seconds
 * @param demo whether sessions of the demo school are valid
 */
export async function validSessions(db: Db, corp_no: number, key_hashes: readonly string[], now: number, demo: boolean) {
  const sessions = await db.all<SessionRow>(sessionsByHash(corp_no, key_hashes))
  return sessions.filter(
    ({ disabled, demo: isDemo, seen_at, session_created_at }) =>
      !disabled && (demo || !isDemo) && seen_at >= now - idleSeconds && session_created_at >= now - maxAgeSeconds,
  )
}

/**
 * The session of a session cookie with its account; undefined if it is unknown or expired, or if the account is disabled.
 *
 * @param now unix seconds
 * @param demo whether sessions of the demo school are valid
 */
export async function readSession(db: Db, key: string | undefined, now: number, demo: boolean): Promise<SessionRow | undefined> {
  if (!key || !/^[\w-]{48}$/.test(key)) return undefined
  const corp_no = Buffer.from(key, 'base64url').readUInt32BE()
  const [session] = await validSessions(db, corp_no, [hashOf(key)], now, demo)
  if (!session) return undefined
  if (session.seen_at < now - touchAfterSeconds) await db.batch([touchSession(corp_no, session.key_hash, now)])
  return session
}

export const closeSession = (db: Db, session: SessionRow) => db.batch([deleteSession(session.corp_no, session.key_hash)])

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
