import { Command } from 'commander'
import { grantsOf } from '../access/grants.ts'
import { addSuite, authorizeSuite, currentTicket } from '../access/suites.ts'
import { onDatabase, printJson, unixNow, wholeNumber, withSettings } from './settings.ts'

type Flags = { kind: string; name?: string; grant?: string; corp: string; agentid?: number; database?: string }

/** Third-party and delegated apps: what a provider and an administrator do in WeCom's web pages. */
export function suiteCommand(): Command {
  const on = (name: string) => withSettings(new Command(name), ['database']).argument('<suite_id>', "the suite's id, as ww… or dk…")
  const add = on('add')
    .description('add a suite; prints suite_id and suite_secret as JSON: the secret is shown this once')
    .requiredOption('--kind <kind>', 'third-party or delegated')
    .option('--name <name>', "the suite's name, and that of its apps")
    .option('--grant <grants>', `grants its apps get, joined by commas: ${grantsOf['third-party'].join(', ')}`)
    .addHelpText('after', '\nExample:\n  rollcall suite add wwsuite --kind third-party --grant live,school')
    .action((suite_id: string, flags: Flags) =>
      onDatabase(flags, async (db) => {
        const { kind, name, grant } = flags
        const asked = { suite_id, kind, ...(name !== undefined && { name }), ...(grant !== undefined && { grants: grant }) }
        printJson(await addSuite(db, asked, unixNow()))
      }),
    )
  const ticket = on('ticket')
    .description('print the suite_ticket of now as JSON; another comes every 10 minutes, each is good for 30')
    .addHelpText('after', '\nExample:\n  rollcall suite ticket wwsuite')
    .action((suite_id: string, flags: Flags) => onDatabase(flags, async (db) => printJson(await currentTicket(db, suite_id, unixNow()))))
  const authorize = on('authorize')
    .description("do what an administrator's scan does: the school gets the suite's app; prints an auth_code as JSON, good once")
    .requiredOption('--corp <corpid>', 'the school')
    .option('--agentid <n>', "the app's number in the school; the next free one unless given", wholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall suite authorize wwsuite --corp wwschool')
    .action((suite_id: string, flags: Flags) =>
      onDatabase(flags, async (db) => {
        const { corp, agentid } = flags
        printJson(await authorizeSuite(db, { suite_id, corpid: corp, ...(agentid !== undefined && { agentid }) }, unixNow()))
      }),
    )
  return new Command('suite')
    .description('third-party and delegated apps, as their provider makes them')
    .addCommand(add)
    .addCommand(ticket)
    .addCommand(authorize)
}
