import { type Command, InvalidArgumentError } from 'commander'
import { flagOf, type SettingName, setting, settings } from '../config.ts'
import type { Db } from '../store/db.ts'
import { openDb } from '../store/open.ts'

/** A command with some of the settings as flags, as `config.ts` has them. */
export function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { variable, fallback, says, ...more } = settings[name]
    command.option(
      `${flagOf(name)} ${'yesNo' in more ? '[yes|no]' : '<value>'}`,
      `${says}${fallback && ` (default ${fallback})`} [${variable}]`,
    )
  }
  return command
}

/** Opens the database a command was told of, makes it where there is none, and closes it whatever happens. */
export async function onDatabase<T>(flags: Partial<Record<string, unknown>>, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDb(setting('database', flags, process.env))
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** One line of JSON on stdout. */
export const printJson = (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`)

/** A flag that is a number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text)
}

export const unixNow = () => Math.floor(Date.now() / 1000)
