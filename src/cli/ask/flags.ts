import { type Command, InvalidArgumentError, Option } from 'commander'
import { officialHost } from '../../client/client.ts'
import { formats } from './format.ts'

/** The flags of every command that asks a server. */
export type AskFlags = {
  base?: string
  corp?: string
  format?: string
  output?: string
  lang?: string
  color: boolean
}

const serverHelp = `
Which server it asks: --base and --corp, else ROLLCALL_BASE and ROLLCALL_CORP, else the last "rollcall login". The secret
comes from that login, or from ROLLCALL_SECRET. Data goes to stdout or --output, everything else to stderr.
`

/** Adds the flags of `AskFlags`, the help about them and the examples to a command. Returns the command. */
export function addAskFlags(command: Command, examples: readonly string[]): Command {
  return command
    .option('--base <url>', `the server: Rollcall's or ${officialHost}`)
    .option('--corp <corpid>', 'the school')
    .addOption(new Option('--format <format>', 'default: what the name of --output ends in, otherwise table').choices([...formats]))
    .option('--output <file>', 'write to this file; the ending .csv, .xlsx, .json or .ndjson chooses the format')
    .addOption(new Option('--lang <lang>', "language of headers and sentences; default: the terminal's").choices(['en', 'zh']))
    .option('--no-color', 'no colours; the environment variable NO_COLOR does the same')
    .hook('preAction', (_, running) => {
      if (running.opts().color === false) process.env.NO_COLOR = '1' // the progress bar reads this variable
    })
    .addHelpText('after', `${serverHelp}\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
}

/** Returns a new `--names` option. */
export const namesOption = () =>
  new Option('--names', "read names from the school contacts on WeCom's own host; a Rollcall server always gives names")

/** Returns a new `--min-percent` option. */
export const percentOption = (description: string) =>
  new Option('--min-percent <n>', description).argParser((text) => {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new InvalidArgumentError('expected a whole number from 0 to 100')
    return Number(text)
  })
