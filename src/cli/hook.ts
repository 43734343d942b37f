import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { adapters, addHook, listHooks, removeHook } from '../hooks/hook.ts'
import { onDatabase, printJson, unixNow, wholeNumber, withSettings } from './settings.ts'

type Flags = { corp: string; agentid: number; kind: string; base: string; secret?: string; hook: number; database?: string }

/** Streaming servers that may report for an app. */
export function hookCommand(): Command {
  const add = withSettings(new Command('add'), ['database'])
    .description('let a streaming server report; prints the URL for its configuration, whose key is shown this once')
    .requiredOption('--corp <corpid>', 'whose app')
    .requiredOption('--agentid <n>', 'the app whose livings it streams', wholeNumber)
    .requiredOption('--kind <kind>', Object.keys(adapters).join(', '))
    .option('--base <url>', 'how the streaming server reaches Rollcall', 'http://127.0.0.1:8080')
    .option('--secret <secret>', 'of a server that signs: APIKEY:SECRET of LiveKit, the shared secret of BigBlueButton')
    .addHelpText('after', '\nExample:\n  rollcall hook add --corp wwschool --agentid 1000002 --kind nginx-rtmp')
    .action(({ corp, agentid, kind, base, secret, database }: Flags) =>
      onDatabase({ database }, async (db) => {
        const { corp_no } = await corpOf(db, corp)
        printJson(await addHook(db, { corp_no, agentid, kind, base, ...(secret !== undefined && { secret }) }, unixNow()))
      }),
    )
  const list = withSettings(new Command('list'), ['database'])
    .description("a school's hooks as JSON")
    .requiredOption('--corp <corpid>', 'whose hooks')
    .addHelpText('after', '\nExample:\n  rollcall hook list --corp wwschool')
    .action(({ corp, database }: Flags) =>
      onDatabase({ database }, async (db) => printJson(await listHooks(db, (await corpOf(db, corp)).corp_no))),
    )
  const remove = withSettings(new Command('remove'), ['database'])
    .description('refuse a streaming server from now on')
    .requiredOption('--corp <corpid>', 'whose hook')
    .requiredOption('--hook <n>', 'which hook', wholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall hook remove --corp wwschool --hook 1')
    .action(({ corp, hook, database }: Flags) =>
      onDatabase({ database }, async (db) => printJson(await removeHook(db, (await corpOf(db, corp)).corp_no, hook))),
    )
  return new Command('hook')
    .description('streaming servers that report who is watching')
    .addCommand(add)
    .addCommand(list)
    .addCommand(remove)
}
