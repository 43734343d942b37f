import { Command } from 'commander'
import { addCorp } from '../access/apps.ts'
import { rootParty } from '../roster/parties.ts'
import { onDatabase, printJson, unixNow, withSettings } from './settings.ts'

type Flags = { name?: string; legacy?: boolean; database?: string }

export function corpCommand(): Command {
  const add = withSettings(new Command('add'), ['database'])
    .description('add a school (a corp); prints it as JSON')
    .argument('<corpid>', '1-64 of A-Z a-z 0-9 _ -')
    .option('--name <name>', "the school's name")
    .option('--legacy', 'system apps may call, as in corps that used their secrets before 2023-12-01')
    .addHelpText('after', '\nExample:\n  rollcall corp add wwschool --name 实验小学')
    .action((corpid: string, flags: Flags) =>
      onDatabase(flags, async (db) => {
        const { name, legacy } = flags
        printJson(
          await addCorp(db, { corpid, ...(name !== undefined && { name }), ...(legacy && { legacy }) }, unixNow(), (no, called) => [
            rootParty(no, called),
          ]),
        )
      }),
    )
  return new Command('corp').description('schools').addCommand(add)
}
