import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { corpOf, listApps } from '../access/apps.ts'
import { tickedCache } from '../attendance/presence/ticked_cache.ts'
import { type AttendanceFile, readAttendanceFile } from '../attendance_file/attendance_file.ts'
import { type ImportOptions, importAttendance, type Target } from '../attendance_file/import.ts'
import { livingToBe, makeLiving, type NewLiving, planLiving } from '../attendance_file/make_living.ts'
import { parseMapping } from '../attendance_file/mapping.ts'
import type { DateOrder } from '../attendance_file/moments.ts'
import { readSheetRows } from '../attendance_file/read.ts'
import { isYes, setting } from '../config.ts'
import { showViewers } from '../identity/shown.ts'
import { loadLiving } from '../living/living.ts'
import { FileError } from '../sheets/file_error.ts'
import type { Db } from '../store/db.ts'
import { langOf } from './ask/words.ts'
import { matchSubcommand, unmatchedSubcommand, unmatchSubcommand } from './attendance_match.ts'
import { explainAttendance, printedReport } from './attendance_report.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'

type Flags = {
  corp: string
  living?: string
  make?: boolean
  classes?: string
  anchor?: string
  theme?: string
  agentid?: number
  source?: string
  map?: string
  dateOrder?: DateOrder
  dryRun?: boolean
  skipBadRows?: boolean
  lang?: string
  timeZone?: string
  endGrace?: string
  presenceStarts?: string
}

/** Returns the command `attendance`: attendance files, and who the people in them are. */
export function attendanceCommand(): Command {
  const importSubcommand = addSettings(new Command('import'), [...databaseSettings, 'timeZone', 'endGrace', 'presenceStarts'])
    .description(
      'import who was in a meeting: the attendance file of Zoom, Teams, 腾讯会议, or any CSV or XLSX; prints what was taken as JSON',
    )
    .argument('<file>', 'the file')
    .requiredOption('--corp <corpid>', 'the school')
    .option('--living <livingid>', 'the lesson that the file is of')
    .option('--make', "make the lesson, with the file's times; the same file again makes no other one")
    .option('--classes <ids>', 'with --make: ids of the departments it is held for, joined by commas; default: the classes of the anchor')
    .option('--anchor <userid>', 'with --make: the userid of the teacher')
    .option('--theme <theme>', 'with --make: the theme; default: the topic that the file names')
    .option('--agentid <n>', 'with --make: the app that the lesson belongs to; default: the only app of the school', parseWholeNumber)
    .option('--source <name>', 'what the identities are remembered under; default: zoom, teams, tencent-meeting or file')
    .option(
      '--map <columns>',
      'which columns are what, such as name=姓名,enter=进入时间,leave=离开时间; remembered for files with the same headers',
    )
    .addOption(
      new Option('--date-order <order>', 'how dates such as 03/04/2026 are meant; default: as the file tells').choices(['dmy', 'mdy']),
    )
    .option('--dry-run', 'say who would be counted, and change nothing')
    .option('--skip-bad-rows', 'take the other rows though some are bad; default: nothing is taken if a row is bad')
    .addOption(new Option('--lang <lang>', "language of the reasons; default: the terminal's").choices(['en', 'zh']))
    .addHelpText(
      'after',
      `
Who is not matched stands first. Say who they are with "rollcall attendance match", or in the console. Who cannot be matched is a visitor.

Examples:
  rollcall attendance import zoom.csv --corp wwschool --living LIVINGID --dry-run
  rollcall attendance import 会议.xlsx --corp wwschool --make --anchor wang --classes 5
  rollcall attendance import 签到.csv --corp wwschool --living LIVINGID --map 'name=姓名,enter=到,leave=走'`,
    )
    .action((file: string, flags: Flags) => importFile(file, flags))
  return new Command('attendance')
    .description('attendance files of meeting products, and who the people in them are')
    .addCommand(importSubcommand)
    .addCommand(unmatchedSubcommand())
    .addCommand(matchSubcommand())
    .addCommand(unmatchSubcommand())
}

async function importFile(file: string, flags: Flags): Promise<void> {
  const lang = langOf(flags.lang, process.env)
  if ((flags.living === undefined) === !flags.make) throw new Error('expected --living <livingid>, or --make')
  const bytes = await readFile(file)
  await withDatabase(flags, async (db) => {
    try {
      const { corp_no, corpid } = await corpOf(db, flags.corp)
      const rows = await readSheetRows(bytes)
      const held = flags.living === undefined ? undefined : await livingIn(db, corp_no, flags.living)
      const now = nowSeconds()
      const attendance = await readAttendanceFile(db, corp_no, rows, {
        timeZone: setting('timeZone', flags, process.env),
        dateOrder: flags.dateOrder,
        mapping: flags.map === undefined ? undefined : parseMapping(flags.map),
        near: held && (held.start_time ?? held.reserve_start),
        now,
      })
      const isDryRun = flags.dryRun ?? false
      const isRefused = attendance.bad.length > 0 && !flags.skipBadRows
      const living =
        held ?? (await madeLiving(db, attendance, await newLivingOf(db, { corp_no, corpid }, flags), isDryRun || isRefused, now))
      const options: ImportOptions = { isDryRun, skipBadRows: flags.skipBadRows ?? false, source: flags.source }
      const report = await importAttendance(contextOf(db, flags), living, attendance, options, now)
      const candidates = await showViewers(
        db,
        corp_no,
        report.ambiguous.flatMap((asked) => asked.candidates),
      )
      explainAttendance(report, candidates, isDryRun, lang)
      printJson({ corpid, file, livingid: living.livingid, dry_run: isDryRun, ...printedReport(report, candidates, lang) })
      if (report.stopped) process.exitCode = 1
    } catch (error) {
      throw error instanceof FileError && lang === 'zh' ? new Error(error.zh, { cause: error }) : error
    }
  })
}

const contextOf = (db: Db, flags: Flags) => ({
  db,
  ticked: tickedCache(),
  presenceStarts: isYes('presenceStarts', flags, process.env),
  endGrace: Number(setting('endGrace', flags, process.env)),
})

async function livingIn(db: Db, corp_no: number, livingid: string): Promise<Target> {
  const living = await loadLiving(db, corp_no, livingid)
  if (!living) throw new Error(`--living: no such living, got ${JSON.stringify(livingid)}`)
  return living
}

/** The living that the flags ask to make. */
async function newLivingOf(db: Db, corp: NewLiving['corp'], { anchor, classes, theme, agentid }: Flags): Promise<NewLiving> {
  if (anchor === undefined) throw new Error('--anchor: expected the userid of the teacher, with --make')
  const ids = classes?.split(',').map((id) => id.trim())
  const wrong = ids?.find((id) => !/^\d{1,10}$/.test(id))
  if (wrong !== undefined) throw new Error(`--classes: expected ids of departments joined by commas, got ${JSON.stringify(classes)}`)
  const apps = await listApps(db, corp.corpid)
  if (agentid === undefined && apps.length !== 1)
    throw new Error(`--agentid: expected the app of the lesson; the school has ${apps.length} apps`)
  if (agentid !== undefined && !apps.some((app) => app.agentid === agentid)) throw new Error(`--agentid: the school has no app ${agentid}`)
  return { corp, agentid: agentid ?? (apps[0]?.agentid as number), anchor_userid: anchor, theme, party_ids: ids?.map(Number) }
}

function madeLiving(db: Db, file: AttendanceFile, asked: NewLiving, isDryRun: boolean, now: number): Promise<Target> {
  const plan = planLiving(file, asked)
  return isDryRun ? livingToBe(db, plan, asked) : makeLiving(db, plan, asked, now)
}
