import { flagsWithValues, type Node, type Value } from './nodes.ts'

/** Returns the completion script for fish. */
export function fishCompletion(nodes: readonly Node[]): string {
  const valueFlags = flagsWithValues(nodes).map(({ path, flag }) => quoted(`${path} ${flag}`))
  const lines = nodes.flatMap(({ path, commands, options, argument }) => {
    const prefix = `complete -c rollcall -n ${quoted(`__rollcall_at '${path}'`)}`
    return [
      ...commands.map(({ name, description }) => `${prefix} -a ${quoted(name)} -d ${quoted(description)}`),
      ...(Array.isArray(argument) ? [`${prefix} -a ${quoted(argument.join(' '))}`] : []),
      ...(argument === 'file' ? [`${prefix} -F`] : []),
      ...options.map(({ flags, description, value }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ')
        return `${prefix} ${names} ${valueOptions(value)}-d ${quoted(description)}`
      }),
    ]
  })
  return `# fish completion for rollcall; made by "rollcall completion fish"
function __rollcall_at
  set -l place ''
  set -l previous ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $previous" ${valueFlags.join(' ')}
      set previous ''
      continue
    end
    set previous $word
    if contains -- "$place $word" ${nodes
      .slice(1)
      .map(({ path }) => quoted(path))
      .join(' ')}
      set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
complete -c rollcall -f
${lines.join('\n')}
`
}

/** The options of fish's `complete` that say which value a flag takes. */
const valueOptions = (value: Value) =>
  value === 'none' ? '' : value === 'file' ? '-r -F ' : Array.isArray(value) ? `-x -a ${quoted(value.join(' '))} ` : '-x '
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
