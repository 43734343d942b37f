import { createHash, randomBytes } from 'node:crypto'
import type { Db } from '../store/db.ts'
import type { AccountRow } from './store.ts'
import { deleteOldDevices, putDevice } from './store_sign_in.ts'

/**
 * A known device is a browser that has signed in to an account before. Wrong passwords from known devices and from other browsers are counted
 * separately, so that an attacker cannot lock the user out. The browser has a random key in a cookie, and the database stores its hash for
 * each account. The key does not replace the password.
 */
export const deviceCookie = 'rollcall_device'
/** Days after the latest sign-in for which a device is known. */
export const deviceDays = 365
/** Devices of an account. When there are more, the least recently used is deleted. */
const mostDevices = 20

/** The unix seconds since which a device must have signed in to be known at `now`. */
export const knownSince = (now: number) => now - deviceDays * 86_400

/** The hash by which the database knows a device key; '' for a cookie that is missing or malformed. */
export const deviceHashOf = (key: string | undefined): string =>
  key && /^[\w-]{43}$/.test(key) ? createHash('sha256').update(`device ${key}`).digest('hex') : ''

/**
 * Makes a browser known for an account, until a year from `now` (unix seconds).
 *
 * @param cookie the browser's device key, if it has one: a browser that several teachers share has one key for all of them
 * @returns the device key for the browser's cookie
 */
export async function rememberDevice(
  db: Db,
  { corp_no, account_no }: Pick<AccountRow, 'corp_no' | 'account_no'>,
  cookie: string | undefined,
  now: number,
): Promise<string> {
  const key = cookie && deviceHashOf(cookie) ? cookie : randomBytes(32).toString('base64url')
  await db.batch([
    putDevice(corp_no, account_no, deviceHashOf(key), now),
    deleteOldDevices(corp_no, account_no, knownSince(now), mostDevices),
  ])
  return key
}
