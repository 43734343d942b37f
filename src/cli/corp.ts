import { Command } from 'commander'
import { addCorp } from '../access/apps.ts'
import { rootParty } from '../roster/party.ts'
import { addSettings, databaseSettings, nowSeconds, printJson, withDatabase } from './command_helpers.ts'

type Flags = { name?: string; legacy?: boolean; database?: string }

/** Returns the command `corp`, which adds schools. */
export function corpCommand(): Command {
  const add = addSettings(new Command('add'), databaseSettings)
    .description('add a school (a corp); prints it as JSON')
    .argument('<corpid>', '1-64 of A-Z a-z 0-9 _ -')
    .option('--name <name>', "the school's name")
    .option('--legacy', 'allow system apps to call, as WeCom does for corps that used their secrets before 2023-12-01')
    .addHelpText('after', '\nExample:\n  rollcall corp add wwschool --name 实验小学')
    .action((corpid: string, flags: Flags) =>
      withDatabase(flags, async (db) => {
        const { name, legacy } = flags
        printJson(
          await addCorp(db, { corpid, ...(name !== undefined && { name }), ...(legacy && { legacy }) }, nowSeconds(), (corp_no, name) => [
            rootParty(corp_no, name),
          ]),
        )
      }),
    )
  return new Command('corp').description('schools').addCommand(add)
}
