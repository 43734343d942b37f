import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { adapters, addHook, listHooks, removeHook } from '../hooks/hook.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'
import { bindCommands } from './hook_bind.ts'

type Flags = {
  corp: string
  agentid: number
  kind: string
  base: string
  secret?: string
  api?: string
  hlsWindow?: number
  hook: number
  database?: string
  secretKeyFile?: string
}

/** Returns the command `hook`, which manages the URLs that streaming servers report to. */
export function hookCommand(): Command {
  const add = addSettings(new Command('add'), databaseSettings)
    .description('allow a streaming server to report; prints the URL for its configuration, whose key is not shown again')
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption('--agentid <n>', 'the app whose livings it streams', parseWholeNumber)
    .requiredOption('--kind <kind>', Object.keys(adapters).join(', '))
    .option('--base <url>', 'the URL at which the streaming server reaches Rollcall', 'http://127.0.0.1:8080')
    .option(
      '--secret <secret>',
      'for a server that signs its reports: APIKEY:SECRET of LiveKit, the shared secret of BigBlueButton, Token or Token:EncodingAESKey of 腾讯会议, SECRET of ClassIn, Secret Token of Zoom',
    )
    .option('--api <url>', 'where the streaming server lists its connections, to be asked every 30 seconds: see docs/streaming.md')
    .option('--hls-window <seconds>', 'hls_window in the configuration of SRS, where it is not 60', parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall hook add --corp wwschool --agentid 1000002 --kind nginx-rtmp')
    .action(({ corp, agentid, kind, base, secret, api, hlsWindow, ...flags }: Flags) =>
      withDatabase(flags, async (db, secrets) => {
        const { corp_no } = await corpOf(db, corp)
        const asked = {
          corp_no,
          agentid,
          kind,
          base,
          ...(secret !== undefined && { secret }),
          ...(api !== undefined && { api }),
          ...(hlsWindow !== undefined && { hlsWindow }),
        }
        printJson(await addHook(db, secrets, asked, nowSeconds()))
      }),
    )
  const list = addSettings(new Command('list'), databaseSettings)
    .description("a school's hooks as JSON")
    .requiredOption('--corp <corpid>', 'the school')
    .addHelpText('after', '\nExample:\n  rollcall hook list --corp wwschool')
    .action(({ corp, ...flags }: Flags) =>
      withDatabase(flags, async (db) => printJson(await listHooks(db, (await corpOf(db, corp)).corp_no))),
    )
  const remove = addSettings(new Command('remove'), databaseSettings)
    .description('remove a hook: its URL is refused from now on')
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption('--hook <n>', 'the number of the hook', parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall hook remove --corp wwschool --hook 1')
    .action(({ corp, hook, ...flags }: Flags) =>
      withDatabase(flags, async (db) => printJson(await removeHook(db, (await corpOf(db, corp)).corp_no, hook, nowSeconds()))),
    )
  const hook = new Command('hook')
    .description('streaming servers and meeting products that report who is watching')
    .addCommand(add)
    .addCommand(list)
    .addCommand(remove)
  for (const each of bindCommands()) hook.addCommand(each)
  return hook
}
