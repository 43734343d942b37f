import { flagsWithValues, type Node } from './nodes.ts'

/** Returns the completion script for bash. It runs on bash 3.2, which macOS still has, and therefore uses no associative arrays. */
export function bashCompletion(nodes: readonly Node[]): string {
  const subcommands = nodes.slice(1).map(({ path }) => `'${path}'`)
  const valueCases = flagsWithValues(nodes).map(({ path, flag, value }) => ({ pattern: `'${path} ${flag}'`, value }))
  const wordsOf = ({ commands, options, argument }: Node) =>
    [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags), ...(Array.isArray(argument) ? argument : [])].join(' ')
  return `# bash completion for rollcall; made by "rollcall completion bash"
_rollcall() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous='' place='' word index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$place $previous" in
      ${valueCases.map(({ pattern }) => pattern).join(' | ')}) previous=''; continue ;;
    esac
    previous=$word
    case "$place $word" in
      ${subcommands.join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place $previous" in
${valueCases
  .map(
    ({ pattern, value }) =>
      `    ${pattern}) ${value === 'file' ? 'COMPREPLY=($(compgen -f -- "$current"))' : value === 'free' ? ':' : reply((value as readonly string[]).join(' '))}; return ;;`,
  )
  .join('\n')}
  esac
  case "$place" in
${nodes.map((node) => `    '${node.path}') ${reply(wordsOf(node))} ;;`).join('\n')}
  esac
}
complete -o bashdefault -o filenames -F _rollcall rollcall
`
}

const reply = (words: string) => `COMPREPLY=($(compgen -W '${words}' -- "$current"))`
