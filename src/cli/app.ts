import { Command } from 'commander'
import { addApp, changeGrants, disableApp, listApps, rotateSecret } from '../access/apps.ts'
import { grantNames, kinds } from '../access/grants.ts'
import { isYes } from '../config.ts'
import { removeCallback, setCallback } from '../events/callback.ts'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'

type Flags = { corp: string; agentid: number; kind: string; name?: string; grant?: string; database?: string }
type CallbackFlags = Flags & { url?: string; token?: string; aesKey?: string; remove?: boolean; callbackPrivate?: string | true }

/** Returns a subcommand that changes one app and prints what `work` returns. Running servers apply the change within a second. */
function appSubcommand(
  name: string,
  description: string,
  work: (db: Db, flags: Flags, secrets: Secrets) => Promise<unknown>,
  example = '',
): Command {
  return addSettings(new Command(name), databaseSettings)
    .description(description)
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption('--agentid <n>', 'the number of the app', parseWholeNumber)
    .addHelpText('after', `\nExample:\n  rollcall app ${name} --corp wwschool --agentid 1000002${example}`)
    .action((flags: Flags) => withDatabase(flags, async (db, secrets) => printJson(await work(db, flags, secrets))))
}

const grantList = `grants, joined by commas: ${Object.keys(grantNames).join(', ')}`

/** Returns the command `app`, which manages the apps of a school. */
export function appCommand(): Command {
  return new Command('app')
    .description('the apps of a school, and which calls each may make')
    .addCommand(addSubcommand())
    .addCommand(grantSubcommand('grant', 'give an app grants'))
    .addCommand(grantSubcommand('revoke', 'take grants from an app'))
    .addCommand(
      appSubcommand('disable', 'forbid an app to call; its tokens become invalid', (db, { corp, agentid }) =>
        disableApp(db, corp, agentid, true),
      ),
    )
    .addCommand(
      appSubcommand('enable', 'allow a disabled app to call again', (db, { corp, agentid }) => disableApp(db, corp, agentid, false)),
    )
    .addCommand(
      appSubcommand('rotate-secret', 'give an app a new secret; the old one and its tokens become invalid', (db, { corp, agentid }) =>
        rotateSecret(db, corp, agentid),
      ),
    )
    .addCommand(callbackSubcommand())
    .addCommand(listSubcommand())
}

const addSubcommand = () =>
  addSettings(new Command('add'), databaseSettings)
    .description('add an app; prints corpid, agentid and secret as JSON: the secret is not shown again')
    .requiredOption('--corp <corpid>', 'the school')
    .requiredOption('--kind <kind>', kinds.join(', '))
    .option('--name <name>', "the app's name")
    .option('--grant <grants>', grantList)
    .option('--agentid <n>', 'the number of the app; default: the next free one', parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall app add --corp wwschool --kind self-built --grant living_api,parent_app,contacts_edit')
    .action((flags: Flags) =>
      withDatabase(flags, async (db) => {
        const { corp, kind, name, grant, agentid } = flags
        const app = {
          corpid: corp,
          kind,
          ...(name !== undefined && { name }),
          ...(grant !== undefined && { grants: grant }),
          ...(agentid !== undefined && { agentid }),
        }
        printJson(await addApp(db, app, nowSeconds()))
      }),
    )

const grantSubcommand = (verb: 'grant' | 'revoke', description: string) =>
  appSubcommand(
    verb,
    description,
    (db, { corp, agentid, grant = '' }) => changeGrants(db, corp, agentid, verb, grant),
    ' --grant living_api',
  ).requiredOption('--grant <grants>', grantList)

const callbackSubcommand = () =>
  addSettings(
    appSubcommand(
      'callback',
      "send an app's events (livings, contacts) to a URL, as WeCom does; prints url, token and aes_key as JSON",
      changeCallback,
    ),
    ['callbackPrivate'],
  )
    .option('--url <url>', 'the URL; it is checked with a GET first, which it must answer with the decrypted echostr')
    .option('--token <token>', '1-32 letters and digits; default: one derived from the app, the same each time')
    .option('--aes-key <key>', 'EncodingAESKey, 43 letters and digits; default: one derived from the app, the same each time')
    .option('--remove', 'send no more events')
    .addHelpText('after', '  rollcall app callback --corp wwschool --agentid 1000002 --url https://school.example/wecom')
    .addHelpText('after', '  rollcall app callback --corp wwschool --agentid 1000002 --remove')

const listSubcommand = () =>
  addSettings(new Command('list'), databaseSettings)
    .description("a school's apps as JSON")
    .requiredOption('--corp <corpid>', 'the school')
    .addHelpText('after', '\nExample:\n  rollcall app list --corp wwschool')
    .action((flags: Flags) => withDatabase(flags, async (db) => printJson(await listApps(db, flags.corp))))

/** Sets or removes the URL that an app's events are sent to. Throws if the flags ask for neither or both. */
function changeCallback(db: Db, flags: Flags, secrets: Secrets) {
  const { corp, agentid, url, token, aesKey, remove, ...settings } = flags as CallbackFlags
  if ((url === undefined) === !remove) throw new Error('expected --url <url>, or --remove')
  if (url === undefined) return removeCallback(db, corp, agentid)
  const callback = { corpid: corp, agentid, url, ...(token !== undefined && { token }), ...(aesKey !== undefined && { aes_key: aesKey }) }
  return setCallback(db, secrets, callback, nowSeconds(), { allowPrivate: isYes('callbackPrivate', settings, process.env) })
}
