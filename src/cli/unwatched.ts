import { Command, Option } from 'commander'
import { askLesson, type LessonFlags } from './ask/ask.ts'
import { asking, namesOption, percentOption } from './ask/asking.ts'
import { missingCount, missingSentence } from './ask/sentence.ts'
import { byClass, byHousehold, byStudent, people } from './ask/tables.ts'

type Flags = LessonFlags & { by?: 'class' | 'student' | 'household' }

export function unwatchedCommand(): Command {
  const by = 'a line a class, a student, or a household in which nobody watched; a line a viewer unless given'
  const command = new Command('unwatched')
    .description('who has not watched a lesson')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(new Option('--by <what>', by).choices(['class', 'student', 'household']))
    .addOption(percentOption('who watched less than this share of the lesson is missing too'))
    .option('--exit-code', 'exit with 0 where nobody is missing, 1 where somebody is, 2 on an error')
  return asking(command, [
    'rollcall unwatched livingid1',
    'rollcall unwatched livingid1 --by household --min-percent 50',
    'rollcall unwatched livingid1 --output missing.xlsx',
    'rollcall unwatched livingid1 --format ndjson | jq -r .student_userid',
    'rollcall unwatched lvXXXX --base https://qyapi.weixin.qq.com --corp ww1234567890abcdef --names',
  ]).action(async (livingid: string, flags: Flags) => {
    const asked = await askLesson(livingid, flags, (register, lang) => {
      if (flags.by === 'class') return byClass(register)
      if (flags.by === 'student') return byStudent(register, 'missing', lang)
      if (flags.by === 'household') return byHousehold(register)
      return people(register, 'missing', lang, flags.minPercent !== undefined)
    })
    process.stderr.write(`${missingSentence(asked)}\n`)
    if (flags.exitCode && missingCount(asked) > 0) process.exitCode = 1
  })
}
