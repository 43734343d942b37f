import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { printLine } from './ask/printable.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

/**
 * Runs the command line `argv` (as in `process.argv`) and sets the exit code: 0 on success, 1 on failure, 2 on failure with `--exit-code`,
 * which gives 1 another meaning. Data goes to stdout, everything else to stderr.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // databases, backups and lists hold children's data: every file and folder is for its owner alone, from its first byte
  process.umask(0o077)
  const root = await program(argv[2])
  const failureCode = argv.includes('--exit-code') ? 2 : 1
  if (failureCode === 2) throwInsteadOfExit(root)
  try {
    await root.parseAsync(argv)
  } catch (error) {
    // Commander has already printed what is wrong with the flags.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : failureCode
      return
    }
    // If a host has several addresses and none answers, Node throws an AggregateError, which has a code and no message.
    const { message, code } = error as NodeJS.ErrnoException
    printLine(`rollcall: ${message || code}`)
    process.exitCode = failureCode
  }
}

/** Makes commander throw a `CommanderError` instead of ending the process, in a command and all commands below it. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const each of command.commands) throwInsteadOfExit(each as Command)
}

/**
 * Loads each command by name, in the order of the help. A command's modules are imported only when it is used: importing those of all
 * commands makes a command start three times as slowly.
 */
const loadersByName: Readonly<Record<string, () => Promise<Command>>> = {
  unwatched: async () => (await import('./unwatched.ts')).unwatchedCommand(),
  watched: async () => (await import('./watched.ts')).watchedCommand(),
  livings: async () => (await import('./livings.ts')).livingsCommand(),
  links: async () => (await import('./links.ts')).linksCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  login: async () => (await import('./login.ts')).loginCommand(),
  logout: async () => (await import('./login.ts')).logoutCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  corp: async () => (await import('./corp.ts')).corpCommand(),
  app: async () => (await import('./app.ts')).appCommand(),
  roster: async () => (await import('./roster.ts')).rosterCommand(),
  attendance: async () => (await import('./attendance.ts')).attendanceCommand(),
  account: async () => (await import('./account.ts')).accountCommand(),
  hook: async () => (await import('./hook.ts')).hookCommand(),
  mirror: async () => (await import('./mirror.ts')).mirrorCommand(),
  polyv: async () => (await import('./polyv.ts')).polyvCommand(),
  move: async () => (await import('./move.ts')).moveCommand(),
  backup: async () => (await import('./move.ts')).backupCommand(),
  secrets: async () => (await import('./secrets.ts')).secretsCommand(),
  suite: async () => (await import('./suite.ts')).suiteCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
}

/**
 * Returns the program with the command `name`, or with all commands if `name` is not one of them (the help lists them) or is `completion`
 * (the scripts contain them).
 */
export async function program(name = ''): Promise<Command> {
  const root = new Command('rollcall').description('Who has not watched the live lesson?').version(version).showHelpAfterError()
  const names = Object.hasOwn(loadersByName, name) && name !== 'completion' ? [name] : Object.keys(loadersByName)
  for (const each of names) root.addCommand(await (loadersByName[each] as () => Promise<Command>)())
  return root
}
