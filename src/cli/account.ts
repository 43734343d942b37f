import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { accountOf, addAccount, disableAccount, listAccounts, resetPassword } from '../console/accounts.ts'
import { newPassword } from '../console/password.ts'
import type { Db } from '../store/db.ts'
import { onDatabase, printJson, unixNow, withSettings } from './settings.ts'

type Flags = { corp: string; role: string; userid?: string; class?: string; passwordStdin?: boolean; prompt?: boolean; database?: string }

/** A password comes from a prompt or from stdin where asked for; else one is made, and stands in the JSON this once. */
async function passwordFor({ passwordStdin, prompt }: Flags): Promise<{ password: string; shown: { password?: string } }> {
  if (passwordStdin) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), shown: {} }
  if (prompt) {
    const { isCancel, password: ask } = await import('@clack/prompts')
    const typed = await ask({ message: 'password', output: process.stderr })
    if (isCancel(typed)) throw new Error('no password given')
    return { password: typed, shown: {} }
  }
  const password = newPassword()
  return { password, shown: { password } }
}

const onAccount = (
  name: string,
  says: string,
  work: (db: Db, who: { corp_no: number; account_no: number }, flags: Flags) => Promise<object>,
) =>
  withSettings(new Command(name), ['database'])
    .description(says)
    .argument('<name>', 'the account')
    .requiredOption('--corp <corpid>', 'whose account')
    .addHelpText('after', `\nExample:\n  rollcall account ${name} li --corp wwschool`)
    .action((account: string, flags: Flags) =>
      onDatabase(flags, async (db) => printJson(await work(db, await accountOf(db, flags.corp, account), flags))),
    )

export function accountCommand(): Command {
  const stdin = ['--password-stdin', 'read the password from stdin; without, one is made and printed this once'] as const
  const prompt = ['--prompt', 'ask for the password on the terminal'] as const
  const add = withSettings(new Command('add'), ['database'])
    .description('let somebody sign in to the console; prints the account as JSON')
    .argument('<name>', 'what they sign in with')
    .requiredOption('--corp <corpid>', 'whose account')
    .requiredOption('--role <role>', 'administrator (sees the school) or teacher (sees the lessons they anchor and the classes they hold)')
    .option('--userid <userid>', 'the staff userid: anchor of livings, department administrator of classes')
    .option('--class <ids>', 'ids of further classes a teacher holds, joined by commas')
    .option(...stdin)
    .option(...prompt)
    .addHelpText('after', '\nExample:\n  rollcall account add li --corp wwschool --role teacher --userid lilaoshi --class 5,10')
    .action((name: string, flags: Flags) =>
      onDatabase(flags, async (db) => {
        const { corp, role, userid, class: ids } = flags
        const { corp_no } = await corpOf(db, corp)
        const { password, shown } = await passwordFor(flags)
        const asked = {
          name,
          role,
          password,
          ...(userid !== undefined && { userid }),
          ...(ids !== undefined && { classes: classIds(ids) }),
        }
        printJson({ ...(await addAccount(db, corp_no, asked, unixNow())), ...shown })
      }),
    )
  const list = withSettings(new Command('list'), ['database'])
    .description("a school's accounts as JSON")
    .requiredOption('--corp <corpid>', 'whose accounts')
    .addHelpText('after', '\nExample:\n  rollcall account list --corp wwschool')
    .action((flags: Flags) => onDatabase(flags, async (db) => printJson(await listAccounts(db, (await corpOf(db, flags.corp)).corp_no))))
  const reset = onAccount(
    'reset-password',
    'give an account a new password; who is signed in with the old one is out',
    async (db, who, flags) => {
      const { password, shown } = await passwordFor(flags)
      await resetPassword(db, who.corp_no, who.account_no, password)
      return { reset: true, ...shown }
    },
  ).option(...stdin)

  return new Command('account')
    .description('accounts of the console: who may sign in, and what they see')
    .addCommand(add)
    .addCommand(list)
    .addCommand(
      onAccount('disable', 'end its sessions and let it in no more', (db, who) => disableAccount(db, who.corp_no, who.account_no, true)),
    )
    .addCommand(onAccount('enable', 'let a disabled account in again', (db, who) => disableAccount(db, who.corp_no, who.account_no, false)))
    .addCommand(reset)
}

function classIds(list: string): number[] {
  const ids = list.split(',').map((id) => id.trim())
  for (const id of ids)
    if (!/^\d{1,10}$/.test(id)) throw new Error(`--class: expected class ids joined by commas, got ${JSON.stringify(list)}`)
  return ids.map(Number)
}
