import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { setting } from '../config.ts'
import { pullViewLog } from '../hooks/polyv/pull.ts'
import { serving } from '../serving.ts'
import { addSettings, databaseSettings, nowSeconds, printJson, withDatabase } from './command_helpers.ts'

type Flags = { corp: string; living: string; channel: string; base: string; database?: string; secretKeyFile?: string }

/** Returns the command `polyv`, which pulls the view log of 保利威. */
export function polyvCommand(): Command {
  const pull = addSettings(new Command('pull'), [...databaseSettings, 'endGrace', 'polyvAppId', 'polyvSecretFile'])
    .description("take a channel's view log as presence in one lesson; a second run goes on where the first ended; prints JSON")
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption('--living <livingid>', 'the lesson that was streamed in the channel')
    .requiredOption('--channel <channelId>', 'the channel (频道号)')
    .option('--base <url>', "the service's address", 'https://api.polyv.net')
    .addHelpText(
      'after',
      `
Run it every few minutes during the lesson, until it prints "complete": true. The file of --polyv-secret-file has the appSecret on its
first line.

Example:
  rollcall polyv pull --corp wwschool --living lvXXXX --channel 1965681 --polyv-app-id abcdefghij --polyv-secret-file /etc/rollcall/polyv`,
    )
    .action((flags: Flags) => withDatabase(flags, async (db, secrets) => printJson(await pullInto(db, secrets, flags))))
  return new Command('polyv').description('the view log of 保利威 (Polyv)').addCommand(pull)
}

async function pullInto(db: Parameters<typeof serving>[0], secrets: Parameters<typeof serving>[1], flags: Flags) {
  const appId = setting('polyvAppId', flags, process.env)
  const secretFile = setting('polyvSecretFile', flags, process.env)
  if (!appId) throw new Error('--polyv-app-id (ROLLCALL_POLYV_APP_ID): expected the appId of the account')
  if (!secretFile) throw new Error('--polyv-secret-file (ROLLCALL_POLYV_SECRET_FILE): expected a file with the appSecret of the account')
  const appSecret = (await readFile(secretFile, 'utf8')).split('\n', 1)[0]?.trim() ?? ''
  if (!appSecret) throw new Error(`${secretFile}: expected the appSecret on the first line`)
  if (!URL.canParse(flags.base) || !/^https?:/.test(flags.base))
    throw new Error(`--base: expected a URL, got ${JSON.stringify(flags.base)}`)
  const { corp_no } = await corpOf(db, flags.corp)
  const endGrace = Number(setting('endGrace', flags, process.env))
  const context = await serving(db, secrets, { demo: false, pageSize: 1000, endGrace })
  const asked = { livingid: flags.living, channel: flags.channel }
  return {
    living: flags.living,
    channel: flags.channel,
    ...(await pullViewLog(context, corp_no, asked, { base: flags.base, appId, appSecret }, nowSeconds)),
  }
}
