import { Command } from 'commander'
import { anyCorp, settingValue } from '../access/store.ts'
import { setting } from '../config.ts'
import { copyDatabase, rowCount } from '../store/copy.ts'
import type { Db } from '../store/db.ts'
import { openDb, openSnapshot } from '../store/open.ts'
import { isSealed } from '../store/seal_all.ts'
import { keyFilePath } from '../store/secret_key_file.ts'
import { progressBar } from './ask/progress.ts'
import { addSettings, databaseSettings, printJson, withDatabase } from './command_helpers.ts'

type KeyFlags = { readonly secretKeyFile?: string }

/** Returns the command `move`, which copies one database into another, also from SQLite to PostgreSQL or back. */
export function moveCommand(): Command {
  return addSettings(new Command('move'), ['secretKeyFile'])
    .description('copy a database into another one, also while a server runs on it; a second run continues, or copies what is new')
    .requiredOption('--from <database>', 'SQLite file or postgres://…')
    .requiredOption('--to <database>', 'SQLite file or postgres://…; empty, or left by an earlier run')
    .addHelpText(
      'after',
      '\nThen stop the server, run the command once more, and start the server on the new database.\n\nExample:\n  rollcall move --from ./rollcall.db --to postgres://rollcall@localhost/rollcall',
    )
    .action(async ({ from, to, ...flags }: KeyFlags & { from: string; to: string }) => {
      await copy(from, to, flags)
      process.stderr.write('start the server on the new database with the key file of the old one (--secret-key-file)\n')
    })
}

/** Returns the command `backup`, which copies the database into a SQLite file that can be served. */
export function backupCommand(): Command {
  return addSettings(new Command('backup'), databaseSettings)
    .description('write a backup, also while a server runs: a SQLite file that "serve --database FILE" opens')
    .argument('<file>', 'a file that does not exist yet')
    .addHelpText(
      'after',
      '\nThe secrets in it are encrypted: it is of use only with a copy of the key file, which belongs in another place.\nRestore: copy both files back, or "rollcall move --from FILE --to postgres://…".\n\nExample:\n  rollcall backup ./rollcall-2027-01-31.db',
    )
    .action(async (file: string, flags: KeyFlags & { database?: string }) => {
      const database = setting('database', flags, process.env)
      await copy(database, file, flags)
      const keys = keyFilePath(database, setting('secretKeyFile', flags, process.env))
      process.stderr.write(`the backup needs the key file too, which is not in it: keep a copy of ${keys} in another place\n`)
    })
}

/** Copies the database `from` into the database `to`, and prints the copied tables as JSON. */
async function copy(from: string, to: string, flags: KeyFlags): Promise<void> {
  const source = await sealedSnapshot(from, flags)
  try {
    const target = await openDb(to)
    try {
      await checkTarget(source, target)
      const copied = await copyWithProgress(source, target)
      printJson({ from: withoutPassword(from), to: withoutPassword(to), tables: copied })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** A snapshot in which all secrets are encrypted. Where an older version left them in clear, they are encrypted first. */
async function sealedSnapshot(from: string, flags: KeyFlags): Promise<Db> {
  const snapshot = await openSnapshot(from)
  if (await isSealed(snapshot)) return snapshot
  await snapshot.close()
  await withDatabase({ ...flags, database: from }, async () => {})
  return openSnapshot(from)
}

/** Throws unless the target is empty or was left by an earlier copy of this source, whose random id it then has. */
async function checkTarget(source: Db, target: Db): Promise<void> {
  const idOf = async (db: Db) => (await db.all<{ value: string }>(settingValue('database_id')))[0]?.value
  const corps = await target.all(anyCorp())
  const [from, to] = [await idOf(source), await idOf(target)]
  if (corps.length && from !== to)
    throw new Error('--to: the database holds another school; name an empty database, or the target of an earlier run')
}

/** Copies with a progress bar on stderr: the first half of the bar is copying, the second half comparing. */
async function copyWithProgress(source: Db, target: Db) {
  const bar = progressBar('copying')
  if (process.stderr.isTTY) bar.setTotal(2 * (await rowCount(source)))
  let [done, changed] = [0, 0]
  try {
    return await copyDatabase(source, target, (step, table, rows, written) => {
      done += rows
      changed += written
      bar.update(done, `${step} ${table}, ${changed} rows written`)
    })
  } finally {
    bar.end()
  }
}

/** The name of a database as it may be printed. */
const withoutPassword = (database: string) => database.replace(/:[^:@/]*@/, ':…@')
