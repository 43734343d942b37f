import { createInterface } from 'node:readline/promises'
import { isCancel, password, text } from '@clack/prompts'
import { Command } from 'commander'
import { createClient, officialHost } from '../client/client.ts'
import { forgetLogins, keepLogin, loginFile, readLogins } from './ask/login_file.ts'

type Flags = { base?: string; corp?: string; all?: boolean }

export function loginCommand(): Command {
  return new Command('login')
    .description('keep base, corpid and secret for the commands that ask a server; in a file that you alone can read')
    .option('--base <url>', `the server; ${officialHost} unless given`)
    .option('--corp <corpid>', 'the school')
    .addHelpText(
      'after',
      `
The secret is asked for, or read from stdin; it is never on the command line. It is tried before it is kept.
The file: ROLLCALL_CONFIG_FILE, else rollcall/login.json under XDG_CONFIG_HOME or ~/.config.

Examples:
  rollcall login --base http://127.0.0.1:8080 --corp wwdemo
  rollcall login --corp ww1234567890abcdef < secret.txt`,
    )
    .action(login)
}

async function login(flags: Flags): Promise<void> {
  const isTerminal = process.stdin.isTTY === true
  const corpid = flags.corp ?? (isTerminal ? await asked(text({ message: 'corpid of the school', output: process.stderr })) : '')
  if (!corpid) throw new Error('--corp: expected the corpid of the school')
  const base = (flags.base ?? officialHost).replace(/\/+$/, '')
  if (!URL.canParse(base) || !/^https?:/.test(base)) throw new Error(`--base: expected a URL such as ${officialHost}, got ${base}`)
  const secret = isTerminal
    ? await asked(password({ message: `secret of the app at ${new URL(base).host}`, output: process.stderr }))
    : await firstLine()
  if (!secret) throw new Error('expected the secret on stdin, such as: rollcall login --corp wwschool < secret.txt')
  await createClient({ corpid, corpsecret: secret, base }).gettoken({ corpid, corpsecret: secret })
  await keepLogin(process.env, { base, corpid, secret })
  process.stderr.write(`logged in to ${base} as ${corpid}; kept in ${loginFile(process.env)}\n`)
}

async function asked(answer: Promise<string | symbol>): Promise<string> {
  const given = await answer
  if (isCancel(given)) throw new Error('cancelled')
  return String(given).trim()
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line.trim()
  return ''
}

export function logoutCommand(): Command {
  return new Command('logout')
    .description('forget what login kept: the last login, or those that are named')
    .option('--base <url>', 'those of this server')
    .option('--corp <corpid>', 'those of this school')
    .option('--all', 'every one')
    .addHelpText('after', '\nExamples:\n  rollcall logout\n  rollcall logout --corp wwdemo\n  rollcall logout --all')
    .action(async ({ base, corp, all }: Flags) => {
      const [last] = await readLogins(process.env)
      const named = base !== undefined || corp !== undefined
      const gone = await forgetLogins(process.env, (login) =>
        all || named
          ? (base === undefined || login.base === base.replace(/\/+$/, '')) && (corp === undefined || login.corpid === corp)
          : login === last || (login.base === last?.base && login.corpid === last.corpid),
      )
      for (const login of gone) process.stderr.write(`logged out of ${login.base} as ${login.corpid}\n`)
      if (gone.length === 0) process.stderr.write('nobody was logged in\n')
    })
}
