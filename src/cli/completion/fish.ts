import type { Node, Value } from './tree.ts'

export function fishCompletion(nodes: readonly Node[]): string {
  const valued = nodes.flatMap(({ place, options }) =>
    options.flatMap(({ flags, value }) => (value === 'none' ? [] : flags.map((flag) => quoted(`${place} ${flag}`)))),
  )
  const lines = nodes.flatMap(({ place, commands, options, argument }) => {
    const at = `complete -c rollcall -n ${quoted(`__rollcall_at '${place}'`)}`
    return [
      ...commands.map(({ name, says }) => `${at} -a ${quoted(name)} -d ${quoted(says)}`),
      ...(Array.isArray(argument) ? [`${at} -a ${quoted(argument.join(' '))}`] : []),
      ...(argument === 'file' ? [`${at} -F`] : []),
      ...options.map(({ flags, says, value }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ')
        return `${at} ${names} ${takes(value)}-d ${quoted(says)}`
      }),
    ]
  })
  return `# fish completion for rollcall; made by "rollcall completion fish"
function __rollcall_at
  set -l place ''
  set -l previous ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $previous" ${valued.join(' ')}
      set previous ''
      continue
    end
    set previous $word
    if contains -- "$place $word" ${nodes
      .slice(1)
      .map(({ place }) => quoted(place))
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

const takes = (value: Value) =>
  value === 'none' ? '' : value === 'file' ? '-r -F ' : Array.isArray(value) ? `-x -a ${quoted(value.join(' '))} ` : '-x '
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
