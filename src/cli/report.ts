import { Command, Option } from 'commander'
import { askLesson, type LessonFlags } from './ask/ask.ts'
import { asking, namesOption, percentOption } from './ask/asking.ts'
import { missingCount, missingSentence } from './ask/sentence.ts'
import { byClass, people } from './ask/tables.ts'
import { formatOf } from './ask/write.ts'

type Flags = LessonFlags & { by?: 'class' | 'viewer' }

export function reportCommand(): Command {
  const command = new Command('report')
    .description('the register of a lesson: everybody with the reason, or the counts of each class')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(
      new Option('--by <what>', 'a line a class (what a table shows) or a line a viewer (what a file holds)').choices(['class', 'viewer']),
    )
    .addOption(percentOption('who watched less than this share of the lesson came too short'))
    .option('--exit-code', 'exit with 0 where nobody is missing, 1 where somebody is, 2 on an error')
  return asking(command, [
    'rollcall report livingid1',
    'rollcall report livingid1 --by viewer --min-percent 60',
    'rollcall report livingid1 --output register.xlsx',
  ]).action(async (livingid: string, flags: Flags) => {
    const by = flags.by ?? (formatOf(flags) === 'table' ? 'class' : 'viewer')
    const asked = await askLesson(livingid, flags, (register, lang) =>
      by === 'class' ? byClass(register) : people(register, 'all', lang, true),
    )
    process.stderr.write(`${missingSentence(asked)}\n`)
    if (flags.exitCode && missingCount(asked) > 0) process.exitCode = 1
  })
}
