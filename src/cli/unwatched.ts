import { Command, Option } from 'commander'
import { byClass } from './ask/class_table.ts'
import { addAskFlags, namesOption, percentOption } from './ask/flags.ts'
import { printLine } from './ask/printable.ts'
import { missingCount, missingSentence } from './ask/sentence.ts'
import { byHousehold, byStudent, byViewer } from './ask/viewer_tables.ts'
import { type RegisterFlags, writeRegister } from './ask/write_register.ts'

type Flags = RegisterFlags & { by?: 'class' | 'student' | 'household' }

/** Returns the command `unwatched`: who has not watched a living. */
export function unwatchedCommand(): Command {
  const byDescription = 'one line per class, per student, or per household in which nobody watched; default: one line per viewer'
  const command = new Command('unwatched')
    .description('who has not watched a lesson')
    .argument('<livingid>', 'the lesson')
    .addOption(namesOption())
    .addOption(new Option('--by <what>', byDescription).choices(['class', 'student', 'household']))
    .addOption(percentOption('count viewers who watched less than this percentage of the lesson as missing too'))
    .option('--exit-code', 'exit with 0 if nobody is missing, 1 if somebody is, 2 on an error')
  return addAskFlags(command, [
    'rollcall unwatched livingid1',
    'rollcall unwatched livingid1 --by household --min-percent 50',
    'rollcall unwatched livingid1 --output missing.xlsx',
    'rollcall unwatched livingid1 --format ndjson | jq -r .student_userid',
    'rollcall unwatched lvXXXX --base https://qyapi.weixin.qq.com --corp ww1234567890abcdef --names',
  ]).action(async (livingid: string, flags: Flags) => {
    const written = await writeRegister(livingid, flags, (register, lang) => {
      if (flags.by === 'class') return byClass(register)
      if (flags.by === 'student') return byStudent(register, 'missing', lang)
      if (flags.by === 'household') return byHousehold(register)
      return byViewer(register, 'missing', lang, flags.minPercent !== undefined)
    })
    printLine(missingSentence(written))
    if (flags.exitCode && missingCount(written) > 0) process.exitCode = 1
  })
}
