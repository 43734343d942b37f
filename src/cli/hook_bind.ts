import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { bindMeeting, listBindings, meetingKinds, unbindMeeting } from '../hooks/meetings/bind.ts'
import type { Db } from '../store/db.ts'
import { addSettings, databaseSettings, nowSeconds, printJson, withDatabase } from './command_helpers.ts'

type Flags = { corp: string; kind: string; database?: string; secretKeyFile?: string }
type Change = (db: Db, corp_no: number, binding: { kind: string; meeting: string; livingid: string }, now: number) => Promise<object>

/** Returns the subcommands of `hook` that say which living a meeting is. */
export function bindCommands(): Command[] {
  const changing = (name: string, change: Change) =>
    addSettings(new Command(name), databaseSettings)
      .argument('<meeting>', "the meeting's id or code, such as 445-999-969")
      .argument('<livingid>', 'the living')
      .requiredOption('--corp <corpid>', 'the school')
      .requiredOption('--kind <kind>', meetingKinds.join(', '))
      .addHelpText('after', `\nExample:\n  rollcall hook ${name} 445-999-969 lvXXXX --corp wwschool --kind tencent-meeting`)
      .action((meeting: string, livingid: string, { corp, kind, ...flags }: Flags) =>
        withDatabase(flags, async (db) =>
          printJson(await change(db, (await corpOf(db, corp)).corp_no, { kind, meeting, livingid }, nowSeconds())),
        ),
      )
  return [
    changing('bind', bindMeeting).description(
      'say which living a meeting is; a meeting that is held repeatedly is bound to each of its livings',
    ),
    changing('unbind', unbindMeeting).description('take a binding back; presence that was taken stays'),
    addSettings(new Command('bindings'), databaseSettings)
      .description("a school's bindings of meetings to livings as JSON")
      .requiredOption('--corp <corpid>', 'the school')
      .addHelpText('after', '\nExample:\n  rollcall hook bindings --corp wwschool')
      .action(({ corp, ...flags }: Flags) =>
        withDatabase(flags, async (db) => printJson(await listBindings(db, (await corpOf(db, corp)).corp_no))),
      ),
  ]
}
