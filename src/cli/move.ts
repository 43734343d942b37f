import { Command } from 'commander'
import { anyCorp, settingValue } from '../access/store.ts'
import { setting } from '../config.ts'
import { copyDatabase, rowCount } from '../store/copy.ts'
import type { Db } from '../store/db.ts'
import { openDb, openSnapshot } from '../store/open.ts'
import { progressBar } from './ask/progress.ts'
import { printJson, withSettings } from './settings.ts'

/** One database copied into another: `move` to change the engine, `backup` into a SQLite file that can be served as it is. */
export function moveCommand(): Command {
  return new Command('move')
    .description('copy a school, running or not, into another database; run again, it goes on or catches up')
    .requiredOption('--from <database>', 'SQLite file or postgres://…')
    .requiredOption('--to <database>', 'SQLite file or postgres://…; empty, or begun by an earlier run')
    .addHelpText(
      'after',
      '\nStop the server, run it once more, and start the server on the new database.\n\nExample:\n  rollcall move --from ./rollcall.db --to postgres://rollcall@localhost/rollcall',
    )
    .action(({ from, to }: { from: string; to: string }) => copy(from, to))
}

export function backupCommand(): Command {
  return withSettings(new Command('backup'), ['database'])
    .description('write a backup, while serving or not: a SQLite file that "serve --database FILE" opens')
    .argument('<file>', 'a file that is not there yet')
    .addHelpText(
      'after',
      '\nRestore: copy the file back, or "rollcall move --from FILE --to postgres://…".\n\nExample:\n  rollcall backup ./rollcall-2027-01-31.db',
    )
    .action(async (file: string, flags: { database?: string }) => copy(setting('database', flags, process.env), file))
}

async function copy(from: string, to: string): Promise<void> {
  const source = await openSnapshot(from)
  try {
    const target = await openDb(to)
    try {
      await claim(source, target)
      const copied = await copyTold(source, target)
      printJson({ from: named(from), to: named(to), tables: copied })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** A target must be empty, or hold what an earlier copy of this very school left: its cursor key tells. */
async function claim(source: Db, target: Db): Promise<void> {
  const mark = async (db: Db) => (await db.all<{ value: string }>(settingValue('cursor_key')))[0]?.value
  const corps = await target.all(anyCorp())
  const [from, to] = [await mark(source), await mark(target)]
  if (corps.length && from !== to) throw new Error('--to: the database holds another school; expected an empty one')
}

/** On a terminal with a bar, of which copying is the first half and comparing the second; in a pipe without a word. */
async function copyTold(source: Db, target: Db) {
  const bar = progressBar('copying')
  if (process.stderr.isTTY) bar.total(2 * (await rowCount(source)))
  let [seen, changed] = [0, 0]
  try {
    return await copyDatabase(source, target, (step, table, rows, written) => {
      seen += rows
      changed += written
      bar.at(seen, `${step} ${table}, ${changed} rows written`)
    })
  } finally {
    bar.end()
  }
}

/** Never a password. */
const named = (database: string) => database.replace(/:[^:@/]*@/, ':…@')
