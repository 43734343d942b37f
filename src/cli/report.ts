import { Command, Option } from 'commander'
import { byClass } from './ask/class_table.ts'
import { addAskFlags, namesOption, percentOption } from './ask/flags.ts'
import { formatOf } from './ask/format.ts'
import { printLine } from './ask/printable.ts'
import { missingCount, missingSentence } from './ask/sentence.ts'
import { byViewer } from './ask/viewer_tables.ts'
import { type RegisterFlags, writeRegister } from './ask/write_register.ts'

type Flags = RegisterFlags & { by?: 'class' | 'viewer' }

/** Returns the command `report`: the whole register of a living. */
export function reportCommand(): Command {
  const command = new Command('report')
    .description('the register of a lesson: everybody with the reason, or the counts of each class')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(
      new Option('--by <what>', 'one line per class (default of a table) or one line per viewer (default of a file)').choices([
        'class',
        'viewer',
      ]),
    )
    .addOption(percentOption('viewers who watched less than this percentage of the lesson count as "too short"'))
    .option('--exit-code', 'exit with 0 if nobody is missing, 1 if somebody is, 2 on an error')
  return addAskFlags(command, [
    'rollcall report livingid1',
    'rollcall report livingid1 --by viewer --min-percent 60',
    'rollcall report livingid1 --output register.xlsx',
  ]).action(async (livingid: string, flags: Flags) => {
    const by = flags.by ?? (formatOf(flags) === 'table' ? 'class' : 'viewer')
    const written = await writeRegister(livingid, flags, (register, lang) =>
      by === 'class' ? byClass(register) : byViewer(register, 'all', lang, true),
    )
    printLine(missingSentence(written))
    if (flags.exitCode && missingCount(written) > 0) process.exitCode = 1
  })
}
