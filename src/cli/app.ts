import { Command } from 'commander'
import { addApp, changeGrants, disableApp, listApps, rotateSecret } from '../access/apps.ts'
import { grantNames, kinds } from '../access/grants.ts'
import { isYes } from '../config.ts'
import { removeCallback, setCallback } from '../events/callback.ts'
import type { Db } from '../store/db.ts'
import { onDatabase, printJson, unixNow, wholeNumber, withSettings } from './settings.ts'

type Flags = { corp: string; agentid: number; kind: string; name?: string; grant?: string; database?: string }
type CallbackFlags = Flags & { url?: string; token?: string; aesKey?: string; remove?: boolean; callbackPrivate?: string | true }

/** What acts on one app: the flags that name it, and what to do. Takes effect on a running server within a second. */
function onApp(name: string, says: string, work: (db: Db, flags: Flags) => Promise<unknown>, example = ''): Command {
  return withSettings(new Command(name), ['database'])
    .description(says)
    .requiredOption('--corp <corpid>', 'whose app')
    .requiredOption('--agentid <n>', 'which app', wholeNumber)
    .addHelpText('after', `\nExample:\n  rollcall app ${name} --corp wwschool --agentid 1000002${example}`)
    .action((flags: Flags) => onDatabase(flags, async (db) => printJson(await work(db, flags))))
}

export function appCommand(): Command {
  const grantList = `grants, joined by commas: ${Object.keys(grantNames).join(', ')}`
  const add = withSettings(new Command('add'), ['database'])
    .description('add an app; prints corpid, agentid and secret as JSON: the secret is shown this once')
    .requiredOption('--corp <corpid>', 'whose app')
    .requiredOption('--kind <kind>', kinds.join(', '))
    .option('--name <name>', "the app's name")
    .option('--grant <grants>', grantList)
    .option('--agentid <n>', 'its number; the next free one unless given', wholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall app add --corp wwschool --kind self-built --grant living_api,parent_app,contacts_edit')
    .action((flags: Flags) =>
      onDatabase(flags, async (db) => {
        const { corp, kind, name, grant, agentid } = flags
        const asked = {
          corpid: corp,
          kind,
          ...(name !== undefined && { name }),
          ...(grant !== undefined && { grants: grant }),
          ...(agentid !== undefined && { agentid }),
        }
        printJson(await addApp(db, asked, unixNow()))
      }),
    )
  const grants = (verb: 'grant' | 'revoke', says: string) =>
    onApp(
      verb,
      says,
      (db, { corp, agentid, grant = '' }) => changeGrants(db, corp, agentid, verb, grant),
      ' --grant living_api',
    ).requiredOption('--grant <grants>', grantList)
  const callback = withSettings(
    onApp(
      'callback',
      "tell an app of events (livings, contacts) at a URL, in WeCom's way; prints url, token and aes_key as JSON",
      changeCallback,
    ),
    ['callbackPrivate'],
  )
    .option('--url <url>', 'where to; it is asked first, by GET, for the plaintext of echostr')
    .option('--token <token>', '1-32 letters and digits; made unless given, the same each time')
    .option('--aes-key <key>', 'EncodingAESKey, 43 letters and digits; made unless given, the same each time')
    .option('--remove', 'tell it no longer')
    .addHelpText('after', '  rollcall app callback --corp wwschool --agentid 1000002 --url https://school.example/wecom')
    .addHelpText('after', '  rollcall app callback --corp wwschool --agentid 1000002 --remove')
  const list = withSettings(new Command('list'), ['database'])
    .description("a school's apps as JSON")
    .requiredOption('--corp <corpid>', 'whose apps')
    .addHelpText('after', '\nExample:\n  rollcall app list --corp wwschool')
    .action((flags: Flags) => onDatabase(flags, async (db) => printJson(await listApps(db, flags.corp))))

  return new Command('app')
    .description('apps of a school: who may call, and what')
    .addCommand(add)
    .addCommand(grants('grant', 'give an app grants'))
    .addCommand(grants('revoke', 'take grants from an app'))
    .addCommand(onApp('disable', 'stop an app; its tokens die', (db, { corp, agentid }) => disableApp(db, corp, agentid, true)))
    .addCommand(onApp('enable', 'let a disabled app call again', (db, { corp, agentid }) => disableApp(db, corp, agentid, false)))
    .addCommand(
      onApp('rotate-secret', 'give an app a new secret; the old one and its tokens die', (db, { corp, agentid }) =>
        rotateSecret(db, corp, agentid),
      ),
    )
    .addCommand(callback)
    .addCommand(list)
}

function changeCallback(db: Db, flags: Flags) {
  const { corp, agentid, url, token, aesKey, remove, ...more } = flags as CallbackFlags
  if ((url === undefined) === !remove) throw new Error('expected --url <url>, or --remove')
  if (url === undefined) return removeCallback(db, corp, agentid)
  const asked = { corpid: corp, agentid, url, ...(token !== undefined && { token }), ...(aesKey !== undefined && { aes_key: aesKey }) }
  return setCallback(db, asked, unixNow(), { allowPrivate: isYes('callbackPrivate', more, process.env) })
}
