import { Command, Option } from 'commander'
import { addAskFlags, namesOption, percentOption } from './ask/flags.ts'
import { printLine } from './ask/printable.ts'
import { byStudent, byViewer } from './ask/viewer_tables.ts'
import { type RegisterFlags, writeRegister } from './ask/write_register.ts'

type Flags = RegisterFlags & { by?: 'student' }

/** Returns the command `watched`: who has watched a living. */
export function watchedCommand(): Command {
  const command = new Command('watched')
    .description('who has watched a lesson, and for how long')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(new Option('--by <what>', 'one line per student; default: one line per viewer').choices(['student']))
    .addOption(percentOption('only viewers who watched at least this percentage of the lesson'))
  return addAskFlags(command, [
    'rollcall watched livingid1',
    'rollcall watched livingid1 --min-percent 80 --output watched.csv',
    'rollcall watched livingid1 --format json',
  ]).action(async (livingid: string, flags: Flags) => {
    const { register, entryCount, lang } = await writeRegister(livingid, flags, (register, lang) =>
      flags.by === 'student' ? byStudent(register, 'watched', lang) : byViewer(register, 'watched', lang, false),
    )
    const { theme, counts } = register.living
    const title = `${theme} (${livingid})`
    printLine(
      lang === 'zh'
        ? `${title}：${counts ? `应到 ${counts.expected} 人，已看 ${counts.watched} 人` : `已看 ${entryCount} 条`}。`
        : `${counts ? `${counts.watched} of ${counts.expected} expected` : `${entryCount} lines:`} have watched ${title}.`,
    )
  })
}
