import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { accountOf, addAccount, disableAccount, listAccounts, resetPassword } from '../console/accounts.ts'
import { newPassword } from '../console/password.ts'
import type { Db } from '../store/db.ts'
import { addSettings, databaseSettings, nowSeconds, printJson, withDatabase } from './command_helpers.ts'

type Flags = { corp: string; role: string; userid?: string; class?: string; passwordStdin?: boolean; prompt?: boolean; database?: string }

/**
 * Returns the password of an account: read from stdin (`--password-stdin`), asked for on the terminal (`--prompt`), or generated.
 * `printed` is the part of the command's JSON output: it contains the password only if it was generated.
 */
async function passwordFor(flags: Flags): Promise<{ password: string; printed: { password?: string } }> {
  if (flags.passwordStdin) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), printed: {} }
  if (flags.prompt) {
    const { isCancel, password: prompt } = await import('@clack/prompts')
    const typed = await prompt({ message: 'password', output: process.stderr })
    if (isCancel(typed)) throw new Error('no password given')
    return { password: typed, printed: {} }
  }
  const password = newPassword()
  return { password, printed: { password } }
}

/** Returns a subcommand that changes one account and prints what `work` returns. */
const accountSubcommand = (
  name: string,
  description: string,
  work: (db: Db, account: { corp_no: number; account_no: number }, flags: Flags) => Promise<object>,
) =>
  addSettings(new Command(name), databaseSettings)
    .description(description)
    .argument('<name>', 'the name of the account')
    .requiredOption('--corp <corpid>', 'the school')
    .addHelpText('after', `\nExample:\n  rollcall account ${name} li --corp wwschool`)
    .action((name: string, flags: Flags) =>
      withDatabase(flags, async (db) => printJson(await work(db, await accountOf(db, flags.corp, name), flags))),
    )

const stdinOption = ['--password-stdin', 'read the password from stdin; otherwise a password is generated and printed'] as const
const promptOption = ['--prompt', 'ask for the password on the terminal'] as const

/** Returns the command `account`, which manages the accounts of the console. */
export function accountCommand(): Command {
  return new Command('account')
    .description('accounts of the console: who may sign in, and what they see')
    .addCommand(addSubcommand())
    .addCommand(listSubcommand())
    .addCommand(
      accountSubcommand('disable', 'forbid an account to sign in, and end its sessions', (db, { corp_no, account_no }) =>
        disableAccount(db, corp_no, account_no, true),
      ),
    )
    .addCommand(
      accountSubcommand('enable', 'allow a disabled account to sign in again', (db, { corp_no, account_no }) =>
        disableAccount(db, corp_no, account_no, false),
      ),
    )
    .addCommand(resetSubcommand())
}

const addSubcommand = () =>
  addSettings(new Command('add'), databaseSettings)
    .description('let somebody sign in to the console; prints the account as JSON')
    .argument('<name>', 'the name to sign in with')
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption(
      '--role <role>',
      'administrator (sees the whole school) or teacher (sees the lessons they anchor and their own classes)',
    )
    .option('--userid <userid>', 'the staff userid by which WeCom knows the teacher: as anchor of lessons and administrator of classes')
    .option('--class <ids>', 'ids of more classes that the teacher may see, joined by commas')
    .option(...stdinOption)
    .option(...promptOption)
    .addHelpText('after', '\nExample:\n  rollcall account add li --corp wwschool --role teacher --userid lilaoshi --class 5,10')
    .action((name: string, flags: Flags) =>
      withDatabase(flags, async (db) => {
        const { corp, role, userid, class: ids } = flags
        const { corp_no } = await corpOf(db, corp)
        const { password, printed } = await passwordFor(flags)
        const account = {
          name,
          role,
          password,
          ...(userid !== undefined && { userid }),
          ...(ids !== undefined && { classes: parseClassIds(ids) }),
        }
        printJson({ ...(await addAccount(db, corp_no, account, nowSeconds())), ...printed })
      }),
    )

const listSubcommand = () =>
  addSettings(new Command('list'), databaseSettings)
    .description("a school's accounts as JSON")
    .requiredOption('--corp <corpid>', 'the school')
    .addHelpText('after', '\nExample:\n  rollcall account list --corp wwschool')
    .action((flags: Flags) => withDatabase(flags, async (db) => printJson(await listAccounts(db, (await corpOf(db, flags.corp)).corp_no))))

const resetSubcommand = () =>
  accountSubcommand(
    'reset-password',
    'give an account a new password; sessions that use the old one end',
    async (db, { corp_no, account_no }, flags) => {
      const { password, printed } = await passwordFor(flags)
      await resetPassword(db, corp_no, account_no, password)
      return { reset: true, ...printed }
    },
  ).option(...stdinOption)

/** Parses the value of `--class`. */
function parseClassIds(list: string): number[] {
  const ids = list.split(',').map((id) => id.trim())
  for (const id of ids)
    if (!/^\d{1,10}$/.test(id)) throw new Error(`--class: expected class ids joined by commas, got ${JSON.stringify(list)}`)
  return ids.map(Number)
}
