import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { accountCommand } from './account.ts'
import { appCommand } from './app.ts'
import { corpCommand } from './corp.ts'
import { hookCommand } from './hook.ts'
import { backupCommand, moveCommand } from './move.ts'
import { serveCommand } from './serve.ts'
import { suiteCommand } from './suite.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

/** Data goes to stdout, everything else to stderr; the exit code is 1 on failure. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv)
  } catch (error) {
    // a host with several addresses that all refuse is an AggregateError, which has a code and no message
    const { message, code } = error as NodeJS.ErrnoException
    process.stderr.write(`rollcall: ${message || code}\n`)
    process.exitCode = 1
  }
}

/** Every command there is. */
export const program = (): Command =>
  new Command('rollcall')
    .description('Who has not watched the live lesson?')
    .version(version)
    .showHelpAfterError()
    .addCommand(serveCommand())
    .addCommand(corpCommand())
    .addCommand(appCommand())
    .addCommand(accountCommand())
    .addCommand(hookCommand())
    .addCommand(moveCommand())
    .addCommand(backupCommand())
    .addCommand(suiteCommand())
