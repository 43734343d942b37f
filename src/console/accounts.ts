import { corpOf } from '../access/apps.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { hashPassword } from './password.ts'
import {
  type AccountRow,
  accountByNumber,
  accountsOf,
  dropSessions,
  highestAccount,
  insertAccount,
  insertClasses,
  setAccountDisabled,
  setPassword,
} from './store.ts'

export const roles = ['administrator', 'teacher'] as const
export type Role = (typeof roles)[number]

/** Refused, for a person to read. */
export class Refused extends Error {}

export type NewAccount = { name: string; role: string; userid?: string; classes?: readonly number[]; password: string }

export async function addAccount(db: Db, corp_no: number, asked: NewAccount, now: number) {
  const name = asked.name.trim()
  if (!/^[^\s@]{1,64}$/u.test(name)) throw new Refused(`name: expected 1-64 characters without spaces and @, got ${JSON.stringify(name)}`)
  if (!roles.includes(asked.role as Role)) throw new Refused(`role: expected ${roles.join(' or ')}, got ${JSON.stringify(asked.role)}`)
  checkPassword(asked.password)
  const password = await hashPassword(asked.password)
  return retryOnConflict(async () => {
    const known = await db.all<AccountRow>(accountsOf(corp_no))
    if (known.some((account) => account.name.toLowerCase() === name.toLowerCase())) throw new Refused(`name: ${name} is taken`)
    const [{ account_no } = { account_no: 0 }] = await db.all<{ account_no: number }>(highestAccount(corp_no))
    const account = { corp_no, account_no: account_no + 1, name, role: asked.role, userid: asked.userid?.trim() ?? '', password }
    await db.batch([
      insertAccount({ ...account, created_at: now }),
      ...(asked.classes?.length ? [insertClasses(corp_no, account.account_no, asked.classes)] : []),
    ])
    const [row] = await db.all<AccountRow>(accountByNumber(corp_no, account.account_no))
    return shownAccount(row as AccountRow)
  })
}

export function checkPassword(password: string): void {
  const length = [...password].length
  if (length < 8 || length > 200) throw new Refused(`password: expected 8-200 characters, got ${length}`)
}

export const listAccounts = async (db: Db, corp_no: number) => (await db.all<AccountRow>(accountsOf(corp_no))).map(shownAccount)

/** Disabled, an account's sessions end at once. The last administrator stays. */
export async function disableAccount(db: Db, corp_no: number, account_no: number, disabled: boolean) {
  const accounts = await db.all<AccountRow>(accountsOf(corp_no))
  const account = accounts.find((each) => each.account_no === account_no)
  if (!account) throw new Refused('no such account')
  const left = accounts.filter((each) => each.role === 'administrator' && !each.disabled && each.account_no !== account_no)
  if (disabled && account.role === 'administrator' && left.length === 0) throw new Refused('the last administrator cannot be disabled')
  await db.batch([must(setAccountDisabled(corp_no, account_no, Number(disabled))), dropSessions(corp_no, account_no)])
  return shownAccount({ ...account, disabled: Number(disabled) })
}

/** The old password and whoever signed in with it are out. */
export async function resetPassword(db: Db, corp_no: number, account_no: number, password: string) {
  checkPassword(password)
  await db.batch([must(setPassword(corp_no, account_no, await hashPassword(password))), dropSessions(corp_no, account_no)])
}

/** By name, for the command. */
export async function accountOf(db: Db, corpid: string, name: string): Promise<AccountRow> {
  const { corp_no } = await corpOf(db, corpid)
  const account = (await db.all<AccountRow>(accountsOf(corp_no))).find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (!account) throw new Refused(`corp ${corpid} has no account ${name}: see "rollcall account list --corp ${corpid}"`)
  return account
}

export const classesHeld = (account: AccountRow) => (account.classes ?? '').split(',').filter(Boolean).map(Number)

export const shownAccount = (account: AccountRow) => ({
  corpid: account.corpid,
  account_no: account.account_no,
  name: account.name,
  role: account.role,
  userid: account.userid,
  classes: classesHeld(account),
  disabled: account.disabled === 1,
})
