import type { Node } from './tree.ts'

/** For bash 3.2 on, which macOS still has: no associative arrays. */
export function bashCompletion(nodes: readonly Node[]): string {
  const below = nodes.slice(1).map(({ place }) => `'${place}'`)
  const valued = nodes.flatMap(({ place, options }) =>
    options.flatMap(({ flags, value }) => (value === 'none' ? [] : flags.map((flag) => ({ at: `'${place} ${flag}'`, value })))),
  )
  const words = ({ commands, options, argument }: Node) =>
    [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags), ...(Array.isArray(argument) ? argument : [])].join(' ')
  return `# bash completion for rollcall; made by "rollcall completion bash"
_rollcall() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous='' place='' word index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$place $previous" in
      ${valued.map(({ at }) => at).join(' | ')}) previous=''; continue ;;
    esac
    previous=$word
    case "$place $word" in
      ${below.join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place $previous" in
${valued
  .map(
    ({ at, value }) =>
      `    ${at}) ${value === 'file' ? 'COMPREPLY=($(compgen -f -- "$current"))' : value === 'free' ? ':' : reply((value as readonly string[]).join(' '))}; return ;;`,
  )
  .join('\n')}
  esac
  case "$place" in
${nodes.map((node) => `    '${node.place}') ${reply(words(node))} ;;`).join('\n')}
  esac
}
complete -o bashdefault -o filenames -F _rollcall rollcall
`
}

const reply = (words: string) => `COMPREPLY=($(compgen -W '${words}' -- "$current"))`
