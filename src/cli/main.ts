import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { accountCommand } from './account.ts'
import { appCommand } from './app.ts'
import { completionCommand } from './completion.ts'
import { corpCommand } from './corp.ts'
import { hookCommand } from './hook.ts'
import { linksCommand } from './links.ts'
import { livingsCommand } from './livings.ts'
import { loginCommand, logoutCommand } from './login.ts'
import { backupCommand, moveCommand } from './move.ts'
import { reportCommand } from './report.ts'
import { rosterCommand } from './roster.ts'
import { serveCommand } from './serve.ts'
import { suiteCommand } from './suite.ts'
import { unwatchedCommand } from './unwatched.ts'
import { watchedCommand } from './watched.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

/** Data goes to stdout, everything else to stderr; the exit code is 1 on failure, or 2 where --exit-code gave 1 a meaning. */
export async function main(argv: readonly string[]): Promise<void> {
  const root = program()
  const failed = argv.includes('--exit-code') ? 2 : 1
  if (failed === 2) throwing(root)
  try {
    await root.parseAsync(argv)
  } catch (error) {
    // commander has said what was wrong with the flags
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : failed
      return
    }
    // a host with several addresses that all refuse is an AggregateError, which has a code and no message
    const { message, code } = error as NodeJS.ErrnoException
    process.stderr.write(`rollcall: ${message || code}\n`)
    process.exitCode = failed
  }
}

function throwing(command: Command): void {
  command.exitOverride()
  for (const each of command.commands) throwing(each as Command)
}

/** Every command there is. */
export const program = (): Command =>
  new Command('rollcall')
    .description('Who has not watched the live lesson?')
    .version(version)
    .showHelpAfterError()
    .addCommand(unwatchedCommand())
    .addCommand(watchedCommand())
    .addCommand(livingsCommand())
    .addCommand(linksCommand())
    .addCommand(reportCommand())
    .addCommand(loginCommand())
    .addCommand(logoutCommand())
    .addCommand(serveCommand())
    .addCommand(corpCommand())
    .addCommand(appCommand())
    .addCommand(rosterCommand())
    .addCommand(accountCommand())
    .addCommand(hookCommand())
    .addCommand(moveCommand())
    .addCommand(backupCommand())
    .addCommand(suiteCommand())
    .addCommand(completionCommand())
