import { Command } from 'commander'
import { halfTheLimit, LimitError, officialHost, type Retry } from '../client/client.ts'
import { mirror } from '../mirror/mirror.ts'
import type { MirrorProgress } from '../mirror/request.ts'
import { clientFor } from './ask/client_for.ts'
import { interruptible } from './ask/interruptible.ts'
import { printLine } from './ask/printable.ts'
import { type ProgressBar, progressBar } from './ask/progress.ts'
import { addSettings, databaseSettings, nowSeconds, parseWholeNumber, printJson, withDatabase } from './command_helpers.ts'

type Flags = {
  from?: string
  corp?: string
  living?: string[]
  anchor?: string[]
  agentid?: number
  again?: boolean
  database?: string
}

/** Returns the command `mirror`, which copies a school from WeCom into the local database. */
export function mirrorCommand(): Command {
  return addSettings(new Command('mirror'), databaseSettings)
    .description(
      "pull a school from WeCom's own host, or a compatible one, into the local database; a second run continues, or pulls what is new",
    )
    .option('--from <url>', `the host, such as ${officialHost}; default: the host of the last login`)
    .option('--corp <corpid>', 'the school; default: that of the last login')
    .option('--living <livingid...>', 'pull these lessons')
    .option('--anchor <userid...>', 'pull the lessons of these teachers, as far as the app made them')
    .option('--agentid <n>', 'the local app that the lessons are to belong to; default: a new one', parseWholeNumber)
    .option('--again', 'also pull lessons again that are over and were pulled completely')
    .addHelpText(
      'after',
      `
The secret comes from "rollcall login", or from ROLLCALL_SECRET. Each run pulls the contacts. Without --living and --anchor it
pulls the same lessons as before. A lesson appears in the database once it is complete. Prints a report as JSON.

WeCom's API does not tell: which students follow 学校通知, why somebody is on neither list, single stays, who watched the
replay, the ids of visitors, and lessons that another app or the teachers themselves made.

Examples:
  rollcall mirror --from https://qyapi.weixin.qq.com --anchor wanglaoshi --database ./mirror.db
  rollcall mirror --living lvXXXX lvYYYY --again
  rollcall mirror`,
    )
    .action((flags: Flags) => interruptible((signal) => withDatabase(flags, (db) => runMirror(db, flags, signal))))
}

async function runMirror(db: Parameters<typeof mirror>[0], flags: Flags, signal: AbortSignal): Promise<void> {
  const { client, base, corpid } = await clientFor({ ...flags, base: flags.from }, signal, { retry: patient, limit: halfTheLimit })
  const bar = progressBar(corpid)
  try {
    const request = {
      base,
      isBaseGiven: flags.from !== undefined,
      corpid,
      agentid: flags.agentid,
      livingids: flags.living ?? [],
      anchors: flags.anchor ?? [],
      again: flags.again === true,
    }
    const { notes, ...report } = await mirror(db, client, request, nowSeconds, progressOn(bar))
    bar.end()
    for (const note of notes) printLine(`note: ${note}`)
    for (const { outcome, livingid, error } of report.livings) if (outcome === 'refused') printLine(`${livingid}: ${error}`)
    printJson(report)
    if (report.livings.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1
  } catch (error) {
    if (error instanceof LimitError) throw new Error(`${error.message}. What was pulled so far is stored: run the command again later`)
    throw error
  } finally {
    bar.end()
  }
}

/**
 * Retries for more than a minute: WeCom refuses calls until the end of the minute in which the rate limit was exceeded, and waiting that
 * long takes less time than another run.
 */
export const patient: Retry = {
  attempts: 8,
  wait: (failed, error) => Math.min(65_000, (error instanceof LimitError ? 5000 : 300) * 2 ** (failed - 1)) * (1 + Math.random() / 10),
}

function progressOn(bar: ProgressBar): MirrorProgress {
  let total = 0
  let done = 0
  return {
    addToTotal: (count) => {
      total += count
      bar.setTotal(total)
    },
    advance: (label) => bar.update(++done, label),
    setLabel: (label) => bar.update(done, label),
  }
}
