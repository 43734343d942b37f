import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Client, type ClientOptions, createClient, officialHost } from '../../client/client.ts'
import { fileTokens } from '../../client/node.ts'
import { readLogins, tokenFile } from './login_file.ts'
import { formats } from './write.ts'

/** The flags of every command that asks a server. */
export type AskFlags = {
  base?: string
  corp?: string
  format?: string
  output?: string
  lang?: string
  color: boolean
}

const from = `
Whom it asks: --base and --corp, else ROLLCALL_BASE and ROLLCALL_CORP, else the last "rollcall login". The secret
comes from that login, or from ROLLCALL_SECRET. Data goes to stdout or --output, everything else to stderr.
`

export function asking(command: Command, examples: readonly string[]): Command {
  return command
    .option('--base <url>', `the server: Rollcall's or ${officialHost}`)
    .option('--corp <corpid>', 'the school')
    .addOption(new Option('--format <format>', 'table unless given, or unless the name of --output says').choices([...formats]))
    .option('--output <file>', 'write there; a name that ends in .csv, .xlsx, .json or .ndjson says the format')
    .addOption(new Option('--lang <lang>', "of headers and sentences; the terminal's unless given").choices(['en', 'zh']))
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .hook('preAction', (_, running) => {
      if (running.opts().color === false) process.env.NO_COLOR = '1' // which the progress bar minds
    })
    .addHelpText('after', `${from}\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
}

/** A client for what the flags, the environment and the logins say. */
export async function clientFor(
  flags: { base?: string | undefined; corp?: string | undefined },
  signal?: AbortSignal,
  more: Pick<ClientOptions, 'retry' | 'limit'> = {},
): Promise<{ client: Client; base: string; corpid: string; isOfficial: boolean }> {
  const environment = process.env
  const wanted = { base: flags.base ?? environment.ROLLCALL_BASE, corpid: flags.corp ?? environment.ROLLCALL_CORP }
  const bare = wanted.base?.replace(/\/+$/, '')
  const login = environment.ROLLCALL_SECRET
    ? undefined
    : (await readLogins(environment)).find((each) => (bare ?? each.base) === each.base && (wanted.corpid ?? each.corpid) === each.corpid)
  const base = bare ?? login?.base ?? officialHost
  const corpid = wanted.corpid ?? login?.corpid
  const corpsecret = environment.ROLLCALL_SECRET ?? login?.secret
  if (!corpid || !corpsecret) {
    const at = `${bare ? ` --base ${bare}` : ''}${wanted.corpid ? ` --corp ${wanted.corpid}` : ''}`
    throw new Error(`no secret for ${wanted.corpid ?? 'the school'} at ${base}: run "rollcall login${at}" first`)
  }
  const client = createClient({ base, corpid, corpsecret, tokens: fileTokens(tokenFile(environment)), ...(signal && { signal }), ...more })
  return { client, base, corpid, isOfficial: new URL(base).hostname === new URL(officialHost).hostname }
}

export const namesOption = () =>
  new Option('--names', "read names from the school contacts on WeCom's own host; a Rollcall server gives them anyway")

export const percentOption = (says: string) =>
  new Option('--min-percent <n>', says).argParser((text) => {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new InvalidArgumentError('expected a whole number from 0 to 100')
    return Number(text)
  })
