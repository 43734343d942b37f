import { corpOf } from '../access/apps.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { hashPassword } from './password.ts'
import {
  type AccountRow,
  accountByNumber,
  accountsOf,
  deleteSessionsOfAccount,
  highestAccountNo,
  insertAccount,
  insertClasses,
  setAccountDisabled,
  setPassword,
} from './store.ts'

/** An administrator sees and manages the whole school; for what a teacher sees, see visibility.ts. */
export const roles = ['administrator', 'teacher'] as const
export type Role = (typeof roles)[number]

/** Why an account cannot be made or changed, as a sentence for the person who asked for it. */
export class AccountError extends Error {}

export type NewAccount = {
  name: string
  role: string
  /** the staff userid, which livings name as their anchor */
  userid?: string
  /** party ids of classes, or of parties with all classes below them */
  classes?: readonly number[]
  password: string
}

/**
 * Adds an account to a school. Throws an AccountError for a malformed name, role or password, and for a name that the school has already.
 *
 * @param now unix seconds
 */
export async function addAccount(db: Db, corp_no: number, wanted: NewAccount, now: number) {
  const name = wanted.name.trim()
  if (!/^[^\s@\p{Cc}]{1,64}$/u.test(name))
    throw new AccountError(`name: expected 1-64 characters without spaces, control characters and @, got ${JSON.stringify(name)}`)
  if (!roles.includes(wanted.role as Role))
    throw new AccountError(`role: expected ${roles.join(' or ')}, got ${JSON.stringify(wanted.role)}`)
  checkPassword(wanted.password)
  const password = await hashPassword(wanted.password)
  return retryOnConflict(async () => {
    const accounts = await db.all<AccountRow>(accountsOf(corp_no))
    if (accounts.some((account) => account.name.toLowerCase() === name.toLowerCase())) throw new AccountError(`name: ${name} is taken`)
    const [{ account_no } = { account_no: 0 }] = await db.all<{ account_no: number }>(highestAccountNo(corp_no))
    const account = { corp_no, account_no: account_no + 1, name, role: wanted.role, userid: wanted.userid?.trim() ?? '', password }
    await db.batch([
      insertAccount({ ...account, created_at: now }),
      ...(wanted.classes?.length ? [insertClasses(corp_no, account.account_no, wanted.classes)] : []),
    ])
    const [row] = await db.all<AccountRow>(accountByNumber(corp_no, account.account_no))
    return accountSummary(row as AccountRow)
  })
}

/** Throws an AccountError unless a new password has 8-200 characters. */
function checkPassword(password: string): void {
  const length = [...password].length
  if (length < 8 || length > 200) throw new AccountError(`password: expected 8-200 characters, got ${length}`)
}

/** Every account of a school, without password hashes. */
export const listAccounts = async (db: Db, corp_no: number) => (await db.all<AccountRow>(accountsOf(corp_no))).map(accountSummary)

/**
 * Disables an account or enables it again, and ends its sessions. Throws an AccountError if there is no such account, and if the school
 * would be left without an administrator.
 */
export async function disableAccount(db: Db, corp_no: number, account_no: number, isDisabled: boolean) {
  const accounts = await db.all<AccountRow>(accountsOf(corp_no))
  const account = accounts.find((each) => each.account_no === account_no)
  if (!account) throw new AccountError('no such account')
  const otherAdministrators = accounts.filter((each) => each.role === 'administrator' && !each.disabled && each.account_no !== account_no)
  if (isDisabled && account.role === 'administrator' && otherAdministrators.length === 0)
    throw new AccountError('the last administrator cannot be disabled')
  await db.batch([must(setAccountDisabled(corp_no, account_no, Number(isDisabled))), deleteSessionsOfAccount(corp_no, account_no)])
  return accountSummary({ ...account, disabled: Number(isDisabled) })
}

/** Sets a new password and ends the account's sessions. Throws an AccountError if the password is too short or too long. */
export async function resetPassword(db: Db, corp_no: number, account_no: number, password: string) {
  checkPassword(password)
  await db.batch([must(setPassword(corp_no, account_no, await hashPassword(password))), deleteSessionsOfAccount(corp_no, account_no)])
}

/** The account of a name, for the command line. Throws an AccountError if the school has none. */
export async function accountOf(db: Db, corpid: string, name: string): Promise<AccountRow> {
  const { corp_no } = await corpOf(db, corpid)
  const account = (await db.all<AccountRow>(accountsOf(corp_no))).find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (!account) throw new AccountError(`corp ${corpid} has no account ${name}: see "rollcall account list --corp ${corpid}"`)
  return account
}

/** The party ids that an account lists as its own: classes, or parties with all classes below them. */
export const heldPartyIds = (account: AccountRow) => (account.classes ?? '').split(',').filter(Boolean).map(Number)

/** An account as it is shown: without the password hash. */
export const accountSummary = (account: AccountRow) => ({
  corpid: account.corpid,
  account_no: account.account_no,
  name: account.name,
  role: account.role,
  userid: account.userid,
  classes: heldPartyIds(account),
  disabled: account.disabled === 1,
})
