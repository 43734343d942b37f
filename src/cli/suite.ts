import { Command } from 'commander'
import { grantsOf } from '../access/grants.ts'
import { addSuite, authorizeSuite, currentTicket } from '../access/suites.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'

type Flags = { kind: string; name?: string; grant?: string; corp: string; agentid?: number; database?: string }

/** Returns the command `suite`. It does for third-party and delegated apps what a provider and an administrator do on WeCom's web pages. */
export function suiteCommand(): Command {
  const subcommand = (name: string) =>
    addSettings(new Command(name), databaseSettings).argument('<suite_id>', "the suite's id, as ww… or dk…")
  const add = subcommand('add')
    .description('add a suite; prints suite_id and suite_secret as JSON: the secret is not shown again')
    .requiredOption('--kind <kind>', 'third-party or delegated')
    .option('--name <name>', 'the name of the suite and of its apps')
    .option('--grant <grants>', `grants of its apps, joined by commas: ${grantsOf['third-party'].join(', ')}`)
    .addHelpText('after', '\nExample:\n  rollcall suite add wwsuite --kind third-party --grant live,school')
    .action((suite_id: string, flags: Flags) =>
      withDatabase(flags, async (db) => {
        const { kind, name, grant } = flags
        const suite = { suite_id, kind, ...(name !== undefined && { name }), ...(grant !== undefined && { grants: grant }) }
        printJson(await addSuite(db, suite, nowSeconds()))
      }),
    )
  const ticket = subcommand('ticket')
    .description('print the current suite_ticket as JSON; it changes every 10 minutes, and each is valid for 30 minutes')
    .addHelpText('after', '\nExample:\n  rollcall suite ticket wwsuite')
    .action((suite_id: string, flags: Flags) =>
      withDatabase(flags, async (db, secrets) => printJson(await currentTicket(db, secrets, suite_id, nowSeconds()))),
    )
  const authorize = subcommand('authorize')
    .description("install the suite's app in a school, as an administrator's scan does; prints an auth_code as JSON, valid once")
    .requiredOption('--corp <corpid>', 'the school')
    .option('--agentid <n>', "the app's number in the school; default: the next free one", parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rollcall suite authorize wwsuite --corp wwschool')
    .action((suite_id: string, flags: Flags) =>
      withDatabase(flags, async (db) => {
        const { corp, agentid } = flags
        printJson(await authorizeSuite(db, { suite_id, corpid: corp, ...(agentid !== undefined && { agentid }) }, nowSeconds()))
      }),
    )
  return new Command('suite')
    .description('third-party and delegated apps, as their provider creates them')
    .addCommand(add)
    .addCommand(ticket)
    .addCommand(authorize)
}
