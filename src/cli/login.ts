import { createInterface } from 'node:readline/promises'
import { isCancel, password, text } from '@clack/prompts'
import { Command } from 'commander'
import { createClient, officialHost } from '../client/client.ts'
import { deleteLogins, loginFile, readLogins, storeLogin } from './ask/login_file.ts'
import { printLine } from './ask/printable.ts'

type Flags = { base?: string; corp?: string; all?: boolean }

/** Returns the command `login`, which stores the credentials of an app. */
export function loginCommand(): Command {
  return new Command('login')
    .description('store base, corpid and secret for the commands that ask a server, in a file that you alone can read')
    .option('--base <url>', `the server; default: ${officialHost}`)
    .option('--corp <corpid>', 'the school')
    .addHelpText(
      'after',
      `
The secret is asked for, or read from stdin; it is never on the command line. It is tried before it is stored.
The file: ROLLCALL_CONFIG_FILE, else rollcall/login.json under XDG_CONFIG_HOME or ~/.config.

Examples:
  rollcall login --base http://127.0.0.1:8080 --corp wwdemo
  rollcall login --corp ww1234567890abcdef < secret.txt`,
    )
    .action(login)
}

async function login(flags: Flags): Promise<void> {
  const isTerminal = process.stdin.isTTY === true
  const corpid = flags.corp ?? (isTerminal ? await promptAnswer(text({ message: 'corpid of the school', output: process.stderr })) : '')
  if (!corpid) throw new Error('--corp: expected the corpid of the school')
  const base = (flags.base ?? officialHost).replace(/\/+$/, '')
  if (!URL.canParse(base) || !/^https?:/.test(base)) throw new Error(`--base: expected a URL such as ${officialHost}, got ${base}`)
  const secret = isTerminal
    ? await promptAnswer(password({ message: `secret of the app at ${new URL(base).host}`, output: process.stderr }))
    : await firstLineOfStdin()
  if (!secret) throw new Error('expected the secret on stdin, such as: rollcall login --corp wwschool < secret.txt')
  await createClient({ corpid, corpsecret: secret, base }).gettoken({ corpid, corpsecret: secret })
  await storeLogin(process.env, { base, corpid, secret })
  printLine(`logged in to ${base} as ${corpid}; kept in ${loginFile(process.env)}`)
}

/** Returns the answer to a prompt, trimmed. Throws if the prompt was cancelled. */
async function promptAnswer(prompt: Promise<string | symbol>): Promise<string> {
  const answer = await prompt
  if (isCancel(answer)) throw new Error('cancelled')
  return String(answer).trim()
}

async function firstLineOfStdin(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line.trim()
  return ''
}

/** Returns the command `logout`, which deletes stored credentials. */
export function logoutCommand(): Command {
  return new Command('logout')
    .description('delete what login stored: the last login, or the logins that the flags name')
    .option('--base <url>', 'the logins of this server')
    .option('--corp <corpid>', 'the logins of this school')
    .option('--all', 'all logins')
    .addHelpText('after', '\nExamples:\n  rollcall logout\n  rollcall logout --corp wwdemo\n  rollcall logout --all')
    .action(async ({ base, corp, all }: Flags) => {
      const [last] = await readLogins(process.env)
      const hasFilter = base !== undefined || corp !== undefined
      const deleted = await deleteLogins(process.env, (login) =>
        all || hasFilter
          ? (base === undefined || login.base === base.replace(/\/+$/, '')) && (corp === undefined || login.corpid === corp)
          : login === last || (login.base === last?.base && login.corpid === last.corpid),
      )
      for (const login of deleted) printLine(`logged out of ${login.base} as ${login.corpid}`)
      if (deleted.length === 0) printLine('nobody was logged in')
    })
}
