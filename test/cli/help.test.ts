import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { program } from '../../src/cli/main.ts'

/** All commands without subcommands, below `command`, each with its full path. */
const leaves = (command: Command, path: readonly string[]): { command: Command; path: string }[] => [
  ...(command.commands.length ? [] : [{ command, path: path.join(' ') }]),
  ...command.commands.flatMap((each) => leaves(each as Command, [...path, each.name()])),
]

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => 1000,
  })
  command.outputHelp()
  return text
}

for (const { command, path } of leaves(await program(), ['rollcall']))
  test(`${path} --help describes the command and each flag, and has an example`, () => {
    const help = helpOf(command)
    assert.ok(command.description().length > 5, 'a description')
    for (const option of command.options) {
      assert.ok(option.description.length > 3, `${option.flags} is described`)
      assert.ok(help.includes(option.long ?? option.flags), option.flags)
    }
    for (const argument of command.registeredArguments) assert.ok(argument.description.length > 3, `<${argument.name()}> is described`)
    const examples = /Examples?:\n((?:.*\n?)+)/.exec(help)?.[1] ?? ''
    assert.match(examples, new RegExp(`(^|[ (])${path}`, 'm'), 'an example that begins as the command does')
    for (const line of examples.split('\n'))
      for (const [flag] of line.matchAll(/ --[a-z-]+/g))
        if (line.trim().startsWith(path))
          assert.ok(
            command.options.some(({ long }) => long === flag.trim()),
            `${flag} of the example is there`,
          )
  })

test('the program and each group of commands have a description', async () => {
  const walk = (command: Command): void => {
    assert.ok(command.description().length > 5, command.name())
    for (const each of command.commands) walk(each as Command)
  }
  walk(await program())
})
