import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { corpOf } from '../access/apps.ts'
import { importRoster } from '../roster/import/import.ts'
import { readRoster } from '../roster/import/read.ts'
import { type BadRow, reasonText } from '../roster/import/reasons.ts'
import type { Report } from '../roster/import/report.ts'
import { templateSheet } from '../roster/import/template.ts'
import { csv } from '../sheets/csv.ts'
import { xlsx } from '../sheets/xlsx.ts'
import { progressBar } from './ask/progress.ts'
import { type Lang, langOf } from './ask/words.ts'
import { onDatabase, printJson, unixNow, wholeNumber, withSettings } from './settings.ts'

type Flags = {
  corp: string
  dryRun?: boolean
  skipBadRows?: boolean
  removeMissing?: boolean
  confirmRemoval?: number
  lang?: string
  database?: string
}

const langOption = (of: string) => new Option('--lang <lang>', `${of}; the terminal's unless given`).choices(['en', 'zh'])

export function rosterCommand(): Command {
  const read = withSettings(new Command('import'), ['database'])
    .description("import a school's roster: CSV, XLSX, JSON or a OneRoster 1.1 or 1.2 ZIP; prints what changed as JSON")
    .argument('<file>', 'the file; "rollcall roster template" prints one to fill in')
    .requiredOption('--corp <corpid>', 'whose roster')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--skip-bad-rows', 'import the other pupils though some rows are bad; without, nothing is imported then')
    .option('--remove-missing', 'pupils whom the file does not name leave, and parents it no longer gives')
    .option('--confirm-removal <n>', 'that so many people leave is meant, where it is more than 5 % of the pupils or parents', wholeNumber)
    .addOption(langOption('of the reasons'))
    .addHelpText(
      'after',
      `
Who is new follows 「学校通知」 unless a column (关注, subscribed) says no. Classes and grades that are not there are made.

Examples:
  rollcall roster import 名册.xlsx --corp wwschool --dry-run
  rollcall roster import 名册.xlsx --corp wwschool
  rollcall roster import roster.csv --corp wwschool --remove-missing --confirm-removal 320
  rollcall roster import oneroster.zip --corp wwschool --skip-bad-rows --lang en`,
    )
    .action((file: string, flags: Flags) => importFile(file, flags))
  const template = new Command('template')
    .description('print a list to fill in as CSV, or write it where --output says')
    .option('--output <file>', 'write there; a name that ends in .xlsx makes a workbook')
    .addOption(langOption('of the headers'))
    .addHelpText('after', '\nExamples:\n  rollcall roster template > 名册.csv\n  rollcall roster template --output 名册.xlsx --lang zh')
    .action(async ({ output, lang }: { output?: string; lang?: string }) => {
      const writer = output?.toLowerCase().endsWith('.xlsx') ? xlsx : csv
      const bytes = writer.write([templateSheet(langOf(lang, process.env))])
      if (output === undefined) await pipeline(bytes, process.stdout, { end: false })
      else await pipeline(bytes, createWriteStream(output, { flags: 'wx' }))
    })
  return new Command('roster').description('the pupils, parents and classes of a school').addCommand(read).addCommand(template)
}

async function importFile(file: string, flags: Flags): Promise<void> {
  const lang = langOf(flags.lang, process.env)
  const bytes = await readFile(file)
  await onDatabase(flags, async (db) => {
    const { corp_no } = await corpOf(db, flags.corp)
    const bar = progressBar('reading')
    try {
      const roster = await readRoster(bytes)
      const { dryRun, skipBadRows, removeMissing, confirmRemoval } = flags
      const asked = {
        ...(dryRun && { dryRun }),
        ...(skipBadRows && { skipBadRows }),
        ...(removeMissing && { removeMissing }),
        ...(confirmRemoval !== undefined && { confirmed: confirmRemoval }),
        // checking is a quarter of the time
        progress: (phase: 'check' | 'write', done: number, most: number) => {
          bar.total(4 * most)
          bar.at(phase === 'check' ? done : most + 3 * done, `${phase === 'check' ? 'checking' : 'writing'} ${done} of ${most} pupils`)
        },
      }
      const report = await importRoster(db, corp_no, roster, asked, unixNow())
      bar.end()
      tell(report, flags, lang)
      const rows = report.bad_rows.map(({ file, line, column, ...why }) => ({
        ...(file !== undefined && { file }),
        line,
        column,
        reason: reasonText({ line, column, ...why }, lang),
      }))
      printJson({ corpid: flags.corp, file, dry_run: dryRun ?? false, ...report, bad_rows: rows })
      if (report.stopped) process.exitCode = 1
    } finally {
      bar.end()
    }
  })
}

/** Bad rows named on the terminal; the report has them all. */
const told = 50

function tell(report: Report, { dryRun, removeMissing }: Flags, lang: Lang): void {
  const { students, parents, departments, removals, bad_rows, unread_columns } = report
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  if (unread_columns.length) say(`columns that are not read: ${unread_columns.join(', ')}`)
  for (const bad of bad_rows.slice(0, told)) say(lineOf(bad, lang))
  if (bad_rows.length > told) say(`… and ${bad_rows.length - told} more; the report on stdout has them all`)
  if (removals) {
    const share = (some: number, all: number) => `${some} of ${all} (${all ? Math.round((some / all) * 1000) / 10 : 0} %)`
    say(
      `not in the file: ${share(removals.students, removals.of_students)} pupils, ${share(removals.parents, removals.of_parents)} parents`,
    )
  }
  if (report.stopped === 'bad_rows')
    say(
      removeMissing
        ? `${bad_rows.length} bad rows: nothing is imported. Mend them: with --remove-missing whoever stands in a bad row would leave`
        : `${bad_rows.length} bad rows: nothing is imported. Mend them, or leave their pupils out with --skip-bad-rows`,
    )
  else if (report.stopped === 'removals' && removals)
    say(`more than 5 % would leave: nothing is imported. If that is meant, add --confirm-removal ${removals.students + removals.parents}`)
  else
    say(
      `${dryRun ? 'would change' : 'changed'}: pupils ${counts(students)} (${students.moved} moved); parents ${counts(parents)}; ` +
        `${departments.created.length} departments made`,
    )
}

const counts = (of: Report['parents']) => `${of.created} new, ${of.changed} changed, ${of.removed} removed, ${of.unchanged} as they were`

const lineOf = (bad: BadRow, lang: Lang) =>
  `${bad.file === undefined ? '' : `${bad.file} `}line ${bad.line}, ${bad.column}: ${reasonText(bad, lang)}`
