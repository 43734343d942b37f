import { Argument, Command } from 'commander'
import { bashCompletion } from './completion/bash.ts'
import { fishCompletion } from './completion/fish.ts'
import { nodesOf } from './completion/tree.ts'
import { zshCompletion } from './completion/zsh.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export function completionCommand(): Command {
  return new Command('completion')
    .description('print what lets a shell complete commands and flags')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      `
Examples:
  source <(rollcall completion bash)        # in ~/.bashrc
  source <(rollcall completion zsh)         # in ~/.zshrc, after compinit
  rollcall completion fish > ~/.config/fish/completions/rollcall.fish`,
    )
    .action((shell: keyof typeof shells, _flags: object, command: Command) => {
      const root = command.parent
      if (root) process.stdout.write(shells[shell](nodesOf(root)))
    })
}
