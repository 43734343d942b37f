import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../store/db.ts'
import { hashQueue } from './hash_queue.ts'
import { deviceHashOf, knownSince } from './known_device.ts'
import { dummyPasswordHash, isPassword } from './password.ts'
import {
  giveBackAttempts,
  limitOfAccount,
  limitOfAddress,
  limitOfDevice,
  limitOfName,
  networkOf,
  secondsToWait,
  takeAttempts,
} from './sign_in_limits.ts'
import { type AccountRow, type AccountToTry, accountsToTry } from './store.ts'
import type { Limit } from './store_sign_in.ts'

export type SignInAttempt = {
  /** `name`, or `name@corpid` where several schools have the name */
  readonly typedName: string
  readonly password: string
  /** the client's address */
  readonly address: string
  /** the key of the browser's device cookie */
  readonly deviceKey: string | undefined
  /** unix seconds */
  readonly now: number
}

/** The account that signs in, or why nobody does. */
export type SignInOutcome =
  | { readonly account: AccountRow }
  | { readonly problem: 'signInWrong' | 'signInSeveral' }
  | { readonly problem: 'signInOften' | 'signInBusy'; readonly retryAfterSeconds: number }

/** An account that the password is tried against. For a name that is no account there is one candidate without an account. */
type Candidate = { readonly account?: AccountToTry; readonly limit: Limit; readonly isKnown: boolean }

/** Seconds after which a sign-in that met too many others at once should be tried again: a full queue of ordinary names is then empty. */
const busySeconds = 5

/**
 * Returns a function that tries to sign in: the password is compared with that of each account of the name, and the one account that it
 * fits signs in. The accounts that know the browser are tried first, and the others only if it fits none of them.
 *
 * @param demo whether accounts of the demo school may sign in
 */
export function signIns(db: Db, demo: boolean) {
  // Apart, so that a flood of unknown browsers does not delay those that are known. Together they hash two passwords at once.
  const [queueOfKnown, queueOfOthers] = [hashQueue(), hashQueue()]
  return async (attempt: SignInAttempt): Promise<SignInOutcome> => {
    const startMs = performance.now()
    const candidates = await candidatesOf(db, attempt, demo)
    const ofAddress = limitOfAddress(attempt.address)
    const waits = await secondsToWait(db, [ofAddress, ...candidates.map(({ limit }) => limit)], attempt.now)
    const waitOf = ({ limit, isKnown }: Candidate) => Math.max(waits.get(limit) ?? 0, isKnown ? 0 : (waits.get(ofAddress) ?? 0))
    const open = candidates.filter((candidate) => waitOf(candidate) === 0)
    for (const isKnown of [true, false]) {
      const group = open.filter((candidate) => candidate.isKnown === isKnown)
      if (group.length === 0) continue
      const queue = isKnown ? queueOfKnown : queueOfOthers
      const work = () => comparePassword(db, attempt, group, isKnown ? undefined : ofAddress)
      const outcome = await queue.run(networkOf(attempt.address), work)
      if (!outcome) return { problem: 'signInBusy', retryAfterSeconds: busySeconds }
      if (!('problem' in outcome) || outcome.problem !== 'signInWrong') return outcome
    }
    if (open.length > 0 && !attempt.typedName.includes('@')) await waitForFullSecond(startMs)
    const refusedWaits = candidates.map(waitOf).filter((seconds) => seconds > 0)
    // the password may be that of an account to which it was not compared
    return refusedWaits.length > 0 ? { problem: 'signInOften', retryAfterSeconds: Math.min(...refusedWaits) } : { problem: 'signInWrong' }
  }
}

/**
 * Waits until whole seconds have passed. A wrong password is compared with that of each account of a name, up to 20, in 40 ms each: an
 * answer at once would tell how many schools have the name.
 */
const waitForFullSecond = (startMs: number) => pause(1000 - ((performance.now() - startMs) % 1000))

/** The accounts of a typed name, those known for the browser first, each with the limit that its wrong passwords count against. */
async function candidatesOf(db: Db, { typedName, deviceKey, now }: SignInAttempt, demo: boolean): Promise<Candidate[]> {
  const typed = typedName.trim()
  const device_hash = deviceHashOf(deviceKey)
  const [name, corpid] = nameAndCorpid(typed)
  const accounts = await db.all<AccountToTry>(
    accountsToTry({ name_key: name.toLowerCase(), corpid, demo, device_hash, since: knownSince(now) }),
  )
  if (accounts.length === 0) return [{ limit: limitOfName(typed), isKnown: false }]
  return accounts.map((account) => {
    const isKnown = account.is_known === 1
    return { account, isKnown, limit: isKnown ? limitOfDevice(account, device_hash) : limitOfAccount(account) }
  })
}

function nameAndCorpid(typed: string): [name: string, corpid: string | undefined] {
  const at = typed.indexOf('@')
  return at < 0 ? [typed, undefined] : [typed.slice(0, at), typed.slice(at + 1)]
}

/**
 * Takes an attempt of each candidate and of the address, and compares the password with that of each candidate. A candidate that it fits
 * gets its attempt back. The others do not: who has one account of a name could otherwise try passwords on its namesakes without end.
 */
async function comparePassword(
  db: Db,
  { password, now }: SignInAttempt,
  candidates: readonly Candidate[],
  ofAddress: Limit | undefined,
): Promise<SignInOutcome> {
  const shared = ofAddress ? [ofAddress] : []
  const taken = await takeAttempts(db, [...shared, ...candidates.map(({ limit }) => limit)], now)
  // other sign-ins may have taken the last attempts since the limits were read
  const allowed = candidates.filter(({ limit }) => [...shared, limit].every((each) => taken.has(each)))
  if (allowed.length === 0) return { problem: 'signInOften', retryAfterSeconds: busySeconds }
  const fitting: { account: AccountRow; limit: Limit }[] = []
  for (const { account, limit } of allowed)
    if ((await isPassword(password, account?.password ?? dummyPasswordHash)) && account) fitting.push({ account, limit })
  const [first, second] = fitting
  if (!first) return { problem: 'signInWrong' }
  await giveBackAttempts(db, [...shared, ...fitting.map(({ limit }) => limit)])
  return second ? { problem: 'signInSeveral' } : { account: first.account }
}
