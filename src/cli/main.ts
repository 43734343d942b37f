import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

/** Data goes to stdout, everything else to stderr; the exit code is 1 on failure, or 2 where --exit-code gave 1 a meaning. */
export async function main(argv: readonly string[]): Promise<void> {
  const root = await program(argv[2])
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

/** Every command, in the order of the help. Each is read when it is asked for: all of them take three times as long to start. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
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
  account: async () => (await import('./account.ts')).accountCommand(),
  hook: async () => (await import('./hook.ts')).hookCommand(),
  mirror: async () => (await import('./mirror.ts')).mirrorCommand(),
  move: async () => (await import('./move.ts')).moveCommand(),
  backup: async () => (await import('./move.ts')).backupCommand(),
  suite: async () => (await import('./suite.ts')).suiteCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
}

/** The command of this name; of no name or another, all there are, which completion has to know too. */
export async function program(name = ''): Promise<Command> {
  const root = new Command('rollcall').description('Who has not watched the live lesson?').version(version).showHelpAfterError()
  const asked = Object.hasOwn(commands, name) && name !== 'completion' ? [name] : Object.keys(commands)
  for (const each of asked) root.addCommand(await (commands[each] as () => Promise<Command>)())
  return root
}
