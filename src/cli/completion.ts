import { Argument, Command } from 'commander'
import { bashCompletion } from './completion/bash.ts'
import { fishCompletion } from './completion/fish.ts'
import { nodesOf } from './completion/nodes.ts'
import { zshCompletion } from './completion/zsh.ts'

const scriptsByShell = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

/** Returns the command `completion`, which prints a completion script for a shell. Needs the other commands beside it in the program. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print a script with which a shell completes commands and flags')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scriptsByShell)))
    .addHelpText(
      'after',
      `
Examples:
  source <(rollcall completion bash)        # in ~/.bashrc
  source <(rollcall completion zsh)         # in ~/.zshrc, after compinit
  rollcall completion fish > ~/.config/fish/completions/rollcall.fish`,
    )
    .action((shell: keyof typeof scriptsByShell, _flags: object, command: Command) => {
      const root = command.parent
      if (root) process.stdout.write(scriptsByShell[shell](nodesOf(root)))
    })
}
