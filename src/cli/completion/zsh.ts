import type { Node, Value } from './tree.ts'

/** Sourced, or as a file named _rollcall in a folder of \$fpath. */
export function zshCompletion(nodes: readonly Node[]): string {
  const valued = nodes.flatMap(({ place, options }) =>
    options.flatMap(({ flags, value }) => (value === 'none' ? [] : flags.map((flag) => ({ at: quoted(`${place} ${flag}`), value })))),
  )
  const described = (entries: readonly { word: string; says: string }[]) =>
    entries.map(({ word, says }) => quoted(`${word.replaceAll(':', '\\:')}:${says}`)).join(' ')
  return `#compdef rollcall
# zsh completion for rollcall; made by "rollcall completion zsh"
_rollcall() {
  local previous='' place='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $previous" in
      ${valued.map(({ at }) => at).join('|')}) previous=''; continue ;;
    esac
    previous=$word
    case "$place $word" in
      ${nodes
        .slice(1)
        .map(({ place }) => quoted(place))
        .join('|')}) place="$place $word" ;;
    esac
  done
  case "$place $previous" in
${valued.map(({ at, value }) => `    ${at}) ${takes(value)}; return ;;`).join('\n')}
  esac
  case "$place" in
${nodes
  .map(({ place, commands, options, argument }) => {
    const flags = options.flatMap(({ flags, says }) => flags.map((word) => ({ word, says })))
    const names = [
      ...commands.map(({ name, says }) => ({ word: name, says })),
      ...(Array.isArray(argument) ? argument : []).map((word: string) => ({ word, says: '' })),
    ]
    const first = names.length ? `found=(${described(names)}); _describe command found; ` : ''
    return `    ${quoted(place)}) ${first}found=(${described(flags)}); _describe option found ;;`
  })
  .join('\n')}
  esac
}
if [ "$funcstack[1]" = _rollcall ]; then _rollcall "$@"; else compdef _rollcall rollcall; fi
`
}

const takes = (value: Value) => (value === 'file' ? '_files' : Array.isArray(value) ? `compadd -- ${value.map(quoted).join(' ')}` : ':')
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
