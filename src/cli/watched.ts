import { Command, Option } from 'commander'
import { askLesson, type LessonFlags } from './ask/ask.ts'
import { asking, namesOption, percentOption } from './ask/asking.ts'
import { byStudent, people } from './ask/tables.ts'

type Flags = LessonFlags & { by?: 'student' }

export function watchedCommand(): Command {
  const command = new Command('watched')
    .description('who has watched a lesson, and for how long')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(new Option('--by <what>', 'a line a student; a line a viewer unless given').choices(['student']))
    .addOption(percentOption('only who watched at least this share of the lesson'))
  return asking(command, [
    'rollcall watched livingid1',
    'rollcall watched livingid1 --min-percent 80 --output watched.csv',
    'rollcall watched livingid1 --format json',
  ]).action(async (livingid: string, flags: Flags) => {
    const { register, count, lang } = await askLesson(livingid, flags, (register, lang) =>
      flags.by === 'student' ? byStudent(register, 'watched', lang) : people(register, 'watched', lang, false),
    )
    const { theme, counts } = register.lesson
    const which = `${theme} (${livingid})`
    process.stderr.write(
      lang === 'zh'
        ? `${which}：${counts ? `应到 ${counts.expected} 人，已看 ${counts.watched} 人` : `已看 ${count} 条`}。\n`
        : `${counts ? `${counts.watched} of ${counts.expected} expected` : `${count} lines:`} have watched ${which}.\n`,
    )
  })
}
