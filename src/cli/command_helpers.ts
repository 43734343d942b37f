import { type Command, InvalidArgumentError } from 'commander'
import { flagOf, type SettingName, setting, settings } from '../config.ts'
import type { Db } from '../store/db.ts'
import { openDb } from '../store/open.ts'
import { openSecrets } from '../store/seal_all.ts'
import type { Secrets } from '../store/secrets.ts'
import { jsonFor } from './ask/printable.ts'

/** Adds flags for some settings of src/config.ts to a command. Returns the command. */
export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { variable, fallback, description, ...rest } = settings[name]
    const value = 'isYesNo' in rest ? '[yes|no]' : '<value>'
    command.option(`${flagOf(name)} ${value}`, `${description}${fallback && ` (default ${fallback})`} [${variable}]`)
  }
  return command
}

/** The settings of a command that opens the database. */
export const databaseSettings = ['database', 'secretKeyFile'] as const satisfies readonly SettingName[]

/**
 * Opens the database that `--database` (or its variable, or its default) names, and its secrets, runs `work`, and closes the database.
 * Creates a SQLite file that does not exist. Returns what `work` returns. Throws where the key of the secrets is missing or wrong.
 */
export async function withDatabase<T>(flags: Partial<Record<string, unknown>>, work: (db: Db, secrets: Secrets) => Promise<T>): Promise<T> {
  const url = setting('database', flags, process.env)
  const db = await openDb(url)
  try {
    return await work(db, await openSecrets(db, url, setting('secretKeyFile', flags, process.env)))
  } finally {
    await db.close()
  }
}

/** Prints a value as one line of JSON on stdout. */
export const printJson = (value: unknown) => void process.stdout.write(`${jsonFor(process.stdout, value)}\n`)

/** Parses the value of a flag. Throws an `InvalidArgumentError`, which commander reports, if it is not a whole number of 1 to 10 digits. */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text)
}

/** The current time in seconds since 1970. */
export const nowSeconds = () => Math.floor(Date.now() / 1000)
