import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Db } from '../store/db.ts'
import { deleteFullLimits, giveBackAttempt, type Limit, type LimitRow, limitsAmong, takeAttempt } from './store_sign_in.ts'

/**
 * The rate limits of wrong passwords, in the database, so that all processes count together. The key of a limit is hashed, since people
 * type passwords into the field of the name.
 */
const limitOf = (key: string, capacity: number, refillSeconds: number): Limit => ({
  key_hash: createHash('sha256').update(key).digest('hex'),
  capacity,
  refillSeconds,
})

type AccountKey = { readonly corp_no: number; readonly account_no: number }

/** Wrong passwords for one account from browsers that are not known for it. */
export const limitOfAccount = ({ corp_no, account_no }: AccountKey) => limitOf(`account ${corp_no}/${account_no}`, 10, 30)
/** Wrong passwords for one account from one browser that is known for it. `device_hash` is of the browser's device key. */
export const limitOfDevice = ({ corp_no, account_no }: AccountKey, device_hash: string) =>
  limitOf(`device ${corp_no}/${account_no} ${device_hash}`, 10, 30)
/**
 * Attempts for a name that is no account: as many as for an account. An account has one limit for `name` and `name@corpid`, a name that is no
 * account one for each, so somebody who uses up both can still tell which names exist.
 */
export const limitOfName = (typedName: string) => limitOf(`name ${typedName.toLowerCase()}`, 10, 30)
/** Wrong passwords from one address: more than for an account, because a whole school may come through one proxy. */
export const limitOfAddress = (address: string) => limitOf(`address ${networkOf(address)}`, 100, 3)

/** The network of one subscriber: an IPv4 address, or the first 64 bits of an IPv6 address, in which one computer can choose any address. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] as string
  if (!isIPv6(address)) return address
  const [before = [], after = []] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const groups = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  const shown = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${shown.join(':')}::/64`
}

/**
 * The latest time, in unix seconds, at which a limit can have all its attempts, with a minute more, since the clocks of two machines differ.
 * A limit that says a later time was written while a clock was ahead, and would otherwise block until that time.
 */
const latestFullAt = ({ capacity, refillSeconds }: Limit, now: number) => now + capacity * refillSeconds + 60

/** Reads how many seconds there are until each limit has an attempt again: 0 if it has one. `now` is in unix seconds. */
export async function secondsToWait(db: Db, limits: readonly Limit[], now: number): Promise<ReadonlyMap<Limit, number>> {
  const fullAt = new Map((await db.all<LimitRow>(limitsAmong(limits))).map((row) => [row.key_hash, row.full_at]))
  return new Map(
    limits.map((limit) => {
      const at = fullAt.get(limit.key_hash) ?? 0
      const freeAt = at > latestFullAt(limit, now) ? 0 : at - (limit.capacity - 1) * limit.refillSeconds
      return [limit, Math.max(0, freeAt - now)]
    }),
  )
}

/** Every batch locks its rows in one order, so that two batches never wait for each other. */
const inOrder = (limits: readonly Limit[]) => limits.toSorted((a, b) => (a.key_hash < b.key_hash ? -1 : 1))

/** Takes an attempt of each limit. Returns the limits that had one. `now` is in unix seconds. */
export async function takeAttempts(db: Db, limits: readonly Limit[], now: number): Promise<ReadonlySet<Limit>> {
  const ordered = inOrder(limits)
  const touched = await db.batch(ordered.map((limit) => takeAttempt(limit, now, latestFullAt(limit, now))))
  return new Set(ordered.filter((_, index) => touched[index] === 1))
}

/** Gives an attempt back to each limit: the password was right. */
export const giveBackAttempts = (db: Db, limits: readonly Limit[]) => db.batch(inOrder(limits).map(giveBackAttempt))

/** Timed work: once a minute, deletes the limits that have all their attempts. A limit is full within 5 minutes. */
export function cleanSignInLimits(db: Db) {
  let nextAt = 0
  return async (now: number): Promise<void> => {
    if (now < nextAt) return
    nextAt = now + 60
    await db.batch([deleteFullLimits(now)])
  }
}
