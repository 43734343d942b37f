import { Command } from 'commander'
import { halfTheLimit, LimitError, officialHost, type Retry } from '../client/client.ts'
import { mirror, type Told } from '../mirror/mirror.ts'
import { interruptible } from './ask/ask.ts'
import { clientFor } from './ask/asking.ts'
import { progressBar } from './ask/progress.ts'
import { onDatabase, printJson, unixNow, wholeNumber, withSettings } from './settings.ts'

type Flags = {
  from?: string
  corp?: string
  living?: string[]
  anchor?: string[]
  agentid?: number
  again?: boolean
  database?: string
}

export function mirrorCommand(): Command {
  return withSettings(new Command('mirror'), ['database'])
    .description("pull a school from WeCom's own host, or a compatible one, into the local database; run again, it goes on or catches up")
    .option('--from <url>', `the host; the last login's unless given, such as ${officialHost}`)
    .option('--corp <corpid>', "the school; the last login's unless given")
    .option('--living <livingid...>', 'these lessons')
    .option('--anchor <userid...>', 'the lessons of these teachers, of those that the app made')
    .option('--agentid <n>', 'the local app that the lessons are to belong to; made unless given', wholeNumber)
    .option('--again', 'lessons too that are over and were pulled whole')
    .addHelpText(
      'after',
      `
The secret comes from "rollcall login", or from ROLLCALL_SECRET. The contacts are pulled each time; without --living and
--anchor the lessons pulled before. A lesson is seen here when it is whole. Prints a report as JSON.

WeCom's API does not give: who of the pupils follows 学校通知, why somebody is on neither list, stays one by one, who watched
the replay, the ids of visitors, and lessons that another app or the teachers themselves made.

Examples:
  rollcall mirror --from https://qyapi.weixin.qq.com --anchor wanglaoshi --database ./mirror.db
  rollcall mirror --living lvXXXX lvYYYY --again
  rollcall mirror`,
    )
    .action((flags: Flags) => interruptible((signal) => onDatabase(flags, (db) => pull(db, flags, signal))))
}

async function pull(db: Parameters<typeof mirror>[0], flags: Flags, signal: AbortSignal): Promise<void> {
  const { client, base, corpid } = await clientFor({ ...flags, base: flags.from }, signal, { retry: patient, limit: halfTheLimit })
  const bar = progressBar(corpid)
  try {
    const wanted = {
      base,
      isBaseGiven: flags.from !== undefined,
      corpid,
      agentid: flags.agentid,
      livingids: flags.living ?? [],
      anchors: flags.anchor ?? [],
      again: flags.again === true,
    }
    const { notes, ...report } = await mirror(db, client, wanted, unixNow, toldBy(bar))
    bar.end()
    for (const note of notes) process.stderr.write(`note: ${note}\n`)
    for (const { outcome, livingid, error } of report.livings) if (outcome === 'refused') process.stderr.write(`${livingid}: ${error}\n`)
    printJson(report)
    if (report.livings.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1
  } catch (error) {
    if (error instanceof LimitError) throw new Error(`${error.message}. What was pulled is kept: run it again later`)
    throw error
  } finally {
    bar.end()
  }
}

/** WeCom blocks for the whole minute whose limit was passed; waiting that long is cheaper than beginning again. */
export const patient: Retry = {
  attempts: 8,
  wait: (failed, error) => Math.min(65_000, (error instanceof LimitError ? 5000 : 300) * 2 ** (failed - 1)) * (1 + Math.random() / 10),
}

function toldBy(bar: ReturnType<typeof progressBar>): Told {
  let total = 0
  let done = 0
  return {
    total: (more) => {
      total += more
      bar.total(total)
    },
    step: (says) => bar.at(++done, says),
    at: (says) => bar.at(done, says),
  }
}
