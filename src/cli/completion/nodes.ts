import type { Command } from 'commander'

/** A command as the completion scripts need it. `path` is "" for `rollcall` itself and " app add" for `rollcall app add`. */
export type Node = {
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly { readonly flags: readonly string[]; readonly description: string; readonly value: Value }[]
  readonly argument: Value
}
/** The value of an option or argument: none, any text, a file name, or one of a list. */
export type Value = 'none' | 'free' | 'file' | readonly string[]

/** Returns a commander command and all commands below it, the root first. */
export function nodesOf(command: Command, path = ''): readonly Node[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const [argument] = command.registeredArguments
  const node: Node = {
    path,
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
      description: option.description,
      value: !option.required && !option.optional ? 'none' : (option.argChoices ?? guessValue(option.flags, option.description)),
    })),
    argument: argument ? (argument.argChoices ?? guessValue(argument.name(), argument.description)) : 'none',
  }
  // Commander adds a command `help` to each command; it has neither options nor commands of its own.
  return [node, ...commands.filter((each) => each.name() !== 'help').flatMap((each) => nodesOf(each, `${path} ${each.name()}`))]
}

/** A value is taken for a file name if the name or the description says so. */
const guessValue = (name: string, description: string): Value =>
  /file|tls-|database|folder|path/i.test(`${name} ${description}`) ? 'file' : 'free'

/** Returns every flag that takes a value, with the path of its command. */
export const flagsWithValues = (nodes: readonly Node[]): { path: string; flag: string; value: Exclude<Value, 'none'> }[] =>
  nodes.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value === 'none' ? [] : flags.map((flag) => ({ path, flag, value })))),
  )
