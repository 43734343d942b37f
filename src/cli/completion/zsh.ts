import { flagsWithValues, type Node, type Value } from './nodes.ts'

/** Returns the completion script for zsh. It may be sourced, or be a file named _rollcall in a folder of $fpath. */
export function zshCompletion(nodes: readonly Node[]): string {
  const valueCases = flagsWithValues(nodes).map(({ path, flag, value }) => ({ pattern: quoted(`${path} ${flag}`), value }))
  const described = (entries: readonly { word: string; description: string }[]) =>
    entries.map(({ word, description }) => quoted(`${word.replaceAll(':', '\\:')}:${description}`)).join(' ')
  return `#compdef rollcall
# zsh completion for rollcall; made by "rollcall completion zsh"
_rollcall() {
  local previous='' place='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $previous" in
      ${valueCases.map(({ pattern }) => pattern).join('|')}) previous=''; continue ;;
    esac
    previous=$word
    case "$place $word" in
      ${nodes
        .slice(1)
        .map(({ path }) => quoted(path))
        .join('|')}) place="$place $word" ;;
    esac
  done
  case "$place $previous" in
${valueCases.map(({ pattern, value }) => `    ${pattern}) ${valueAction(value)}; return ;;`).join('\n')}
  esac
  case "$place" in
${nodes
  .map(({ path, commands, options, argument }) => {
    const flags = options.flatMap(({ flags, description }) => flags.map((word) => ({ word, description })))
    const names = [
      ...commands.map(({ name, description }) => ({ word: name, description })),
      ...(Array.isArray(argument) ? argument : []).map((word: string) => ({ word, description: '' })),
    ]
    const first = names.length ? `found=(${described(names)}); _describe command found; ` : ''
    return `    ${quoted(path)}) ${first}found=(${described(flags)}); _describe option found ;;`
  })
  .join('\n')}
  esac
}
if [ "$funcstack[1]" = _rollcall ]; then _rollcall "$@"; else compdef _rollcall rollcall; fi
`
}

/** The zsh command that completes a value. */
const valueAction = (value: Value) =>
  value === 'file' ? '_files' : Array.isArray(value) ? `compadd -- ${value.map(quoted).join(' ')}` : ':'
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
