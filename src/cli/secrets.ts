import { Command } from 'commander'
import { setting } from '../config.ts'
import { rotateSecrets } from '../store/seal_all.ts'
import { addSettings, databaseSettings, printJson, withDatabase } from './command_helpers.ts'

type Flags = { database?: string; secretKeyFile?: string }

/** Returns the command `secrets`, which manages the key that encrypts the secrets in the database. */
export function secretsCommand(): Command {
  const rotate = addSettings(new Command('rotate'), databaseSettings)
    .description('encrypt all secrets of the database with a new key, also while a server runs; prints the number of secrets as JSON')
    .addHelpText(
      'after',
      `
The key file gets the new key and keeps all others, which older backups need. A run that broke off is finished by the next one. Servers
read the file again by themselves. If they run on several machines, stop them first, and copy the file to each machine.

Example:
  rollcall secrets rotate --database ./rollcall.db`,
    )
    .action((flags: Flags) =>
      withDatabase(flags, async (db) =>
        printJson(await rotateSecrets(db, setting('database', flags, process.env), setting('secretKeyFile', flags, process.env))),
      ),
    )
  return new Command('secrets').description('the key that encrypts the secrets in the database').addCommand(rotate)
}
