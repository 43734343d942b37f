import type { Command } from 'commander'

/** A command as completion sees it: where it stands, what may follow. `place` is "" for the root, " app add" below. */
export type Node = {
  readonly place: string
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  readonly options: readonly { readonly flags: readonly string[]; readonly says: string; readonly value: Value }[]
  readonly argument: Value
}
/** What an option or argument takes: nothing, one of these, a file, or what nobody can guess. */
export type Value = 'none' | 'free' | 'file' | readonly string[]

/** Every command with the root first, read off commander's own tree. */
export function nodesOf(command: Command, place = ''): readonly Node[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const [argument] = command.registeredArguments
  const node: Node = {
    place,
    commands: commands.map((each) => ({ name: each.name(), says: each.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
      says: option.description,
      value: !option.required && !option.optional ? 'none' : (option.argChoices ?? kindOf(option.flags, option.description)),
    })),
    argument: argument ? (argument.argChoices ?? kindOf(argument.name(), argument.description)) : 'none',
  }
  // commander's own help command has nothing of its own
  return [node, ...commands.filter((each) => each.name() !== 'help').flatMap((each) => nodesOf(each, `${place} ${each.name()}`))]
}

const kindOf = (name: string, says: string): Value => (/file|tls-|database|folder|path/i.test(`${name} ${says}`) ? 'file' : 'free')
