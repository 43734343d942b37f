import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { corpOf } from '../access/apps.ts'
import { importRoster } from '../roster/import/import.ts'
import { readRoster } from '../roster/import/read.ts'
import { reasonText } from '../roster/import/reasons.ts'
import { templateSheet } from '../roster/import/template.ts'
import { csv } from '../sheets/csv.ts'
import { xlsx } from '../sheets/xlsx.ts'
import { progressBar } from './ask/progress.ts'
import { langOf } from './ask/words.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'
import { explainReport } from './roster_report.ts'

type Flags = {
  corp: string
  dryRun?: boolean
  skipBadRows?: boolean
  removeMissing?: boolean
  confirmRemoval?: number
  lang?: string
  database?: string
}

const langOption = (what: string) => new Option('--lang <lang>', `language of the ${what}; default: the terminal's`).choices(['en', 'zh'])

/** Returns the command `roster`, which imports the roster of a school. */
export function rosterCommand(): Command {
  const importSubcommand = addSettings(new Command('import'), databaseSettings)
    .description("import a school's roster: CSV, XLSX, JSON or a OneRoster 1.1 or 1.2 ZIP; prints what changed as JSON")
    .argument('<file>', 'the file; "rollcall roster template" prints one to fill in')
    .requiredOption('--corp <corpid>', 'the school')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--skip-bad-rows', 'import the other students though some rows are bad; default: nothing is imported if a row is bad')
    .option('--remove-missing', 'remove students whom the file does not name, and parents whom it does not name any more')
    .option(
      '--confirm-removal <n>',
      'the number of people to be removed; needed if that is more than 5 % of the students or parents',
      parseWholeNumber,
    )
    .addOption(langOption('reasons'))
    .addHelpText(
      'after',
      `
New people follow 「学校通知」 unless a column (关注, subscribed) says no. Classes and grades that do not exist are created.

Examples:
  rollcall roster import 名册.xlsx --corp wwschool --dry-run
  rollcall roster import 名册.xlsx --corp wwschool
  rollcall roster import roster.csv --corp wwschool --remove-missing --confirm-removal 320
  rollcall roster import oneroster.zip --corp wwschool --skip-bad-rows --lang en`,
    )
    .action((file: string, flags: Flags) => importFile(file, flags))
  const templateSubcommand = new Command('template')
    .description('print a list to fill in as CSV, or write it to the file of --output')
    .option('--output <file>', 'write to this file; the ending .xlsx makes a workbook')
    .addOption(langOption('headers'))
    .addHelpText('after', '\nExamples:\n  rollcall roster template > 名册.csv\n  rollcall roster template --output 名册.xlsx --lang zh')
    .action(async ({ output, lang }: { output?: string; lang?: string }) => {
      const writer = output?.toLowerCase().endsWith('.xlsx') ? xlsx : csv
      const bytes = writer.write([templateSheet(langOf(lang, process.env))])
      if (output === undefined) await pipeline(bytes, process.stdout, { end: false })
      else await pipeline(bytes, createWriteStream(output, { flags: 'wx' }))
    })
  return new Command('roster')
    .description('the students, parents and classes of a school')
    .addCommand(importSubcommand)
    .addCommand(templateSubcommand)
}

async function importFile(file: string, flags: Flags): Promise<void> {
  const lang = langOf(flags.lang, process.env)
  const bytes = await readFile(file)
  await withDatabase(flags, async (db) => {
    const { corp_no } = await corpOf(db, flags.corp)
    const bar = progressBar('reading')
    try {
      const roster = await readRoster(bytes)
      const { dryRun, skipBadRows, removeMissing, confirmRemoval } = flags
      const options = {
        ...(dryRun && { dryRun }),
        ...(skipBadRows && { skipBadRows }),
        ...(removeMissing && { removeMissing }),
        ...(confirmRemoval !== undefined && { confirmed: confirmRemoval }),
        // Checking takes about a quarter of the time, so writing a row counts three times as much.
        progress: (phase: 'check' | 'write', done: number, total: number) => {
          bar.setTotal(4 * total)
          const verb = phase === 'check' ? 'checking' : 'writing'
          bar.update(phase === 'check' ? done : total + 3 * done, `${verb} ${done} of ${total} pupils`)
        },
      }
      const report = await importRoster(db, corp_no, roster, options, nowSeconds())
      bar.end()
      explainReport(report, flags, lang)
      const bad_rows = report.bad_rows.map(({ file, line, column, ...why }) => ({
        ...(file !== undefined && { file }),
        line,
        column,
        reason: reasonText({ line, column, ...why }, lang),
      }))
      printJson({ corpid: flags.corp, file, dry_run: dryRun ?? false, ...report, bad_rows })
      if (report.stopped) process.exitCode = 1
    } finally {
      bar.end()
    }
  })
}
