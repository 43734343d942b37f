import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bashCompletion } from '../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../src/cli/completion/fish.ts'
import { nodesOf } from '../../src/cli/completion/nodes.ts'
import { zshCompletion } from '../../src/cli/completion/zsh.ts'
import { program } from '../../src/cli/main.ts'
import { needs } from '../programs.ts'
import { folder, rollcall } from './command.ts'

/** The words typed after `rollcall`, of which the last is to be completed; some completions (`has`), and some that must not occur (`not`). */
const typed: readonly (readonly [words: readonly string[], has: readonly string[], not: readonly string[]])[] = [
  [['unw'], ['unwatched'], ['watched']],
  [['app', ''], ['add', 'rotate-secret'], ['unwatched']],
  [['unwatched', 'L', '--f'], ['--format'], ['--anchor']],
  [['unwatched', 'L', '--by', ''], ['class', 'student', 'household'], ['--format']],
  [['unwatched', 'L', '--format', 'x'], ['xlsx'], ['csv']],
  [['--nothing', 'livings', '--corp', 'app', '--an'], ['--anchor'], []],
  [['completion', ''], ['bash', 'zsh', 'fish'], []],
]
const nodes = nodesOf(await program())

test('rollcall completion bash prints the completion script', async () => {
  assert.equal((await rollcall(['completion', 'bash'])).stdout, bashCompletion(nodes))
})

test('bash completes commands, flags and their values', needs('bash'), () => {
  const script = (words: readonly string[]) => `${bashCompletion(nodes)}
COMP_WORDS=(rollcall ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_rollcall
printf '%s\\n' "\${COMPREPLY[@]}"`
  for (const [words, has, not] of typed)
    check(
      words,
      execFileSync('bash', ['--norc', '-c', script(words)], { encoding: 'utf8' })
        .trim()
        .split('\n'),
      has,
      not,
    )
})

test('bash in a terminal completes when tab is pressed', needs('bash', 'tmux'), async () => {
  using place = folder()
  writeFileSync(join(place.path, 'rc'), `PS1='$ '\n${bashCompletion(nodes)}`)
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', join(place.path, 'socket'), ...args], { encoding: 'utf8' })
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '20', `bash --rcfile ${join(place.path, 'rc')} -i`)
  try {
    tmux('send-keys', 'rollcall unw', 'Tab', 'L --form', 'Tab', 'nd', 'Tab')
    let screen = ''
    for (let tries = 0; tries < 100 && !screen.includes('ndjson'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      screen = tmux('capture-pane', '-p')
    }
    assert.match(screen, /rollcall unwatched L --format ndjson/)
  } finally {
    tmux('kill-server')
  }
})

test('zsh completes commands, flags and their values', needs('zsh'), () => {
  // the functions of zsh's completion system are replaced by ones that print
  const script = (words: readonly string[]) => `compdef() { : }
_describe() { print -l -- \${(P)2%%:*} }
compadd() { shift; print -l -- "$@" }
_files() { print FILES }
${zshCompletion(nodes)}
words=(rollcall ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length + 1}
_rollcall`
  for (const [words, has, not] of typed) {
    const all = execFileSync('zsh', ['-f', '-c', script(words)], { encoding: 'utf8' })
      .trim()
      .split('\n')
    // zsh itself would drop the words that do not begin with what was typed
    check(
      words,
      all.filter((word) => word.startsWith(words.at(-1) ?? '')),
      has,
      not,
    )
  }
})

test('fish completes commands, flags and their values', needs('fish'), () => {
  using place = folder()
  const file = join(place.path, 'rollcall.fish')
  writeFileSync(file, fishCompletion(nodes))
  for (const [words, has, not] of typed) {
    const line = `rollcall ${words.join(' ')}`
    const out = execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], { encoding: 'utf8' })
    check(
      words,
      out
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0] as string),
      has,
      not,
    )
  }
})

function check(words: readonly string[], found: readonly string[], has: readonly string[], not: readonly string[]) {
  for (const word of has) assert.ok(found.includes(word), `${words.join(' ')} → ${word}, found ${found.join(' ')}`)
  for (const word of not) assert.ok(!found.includes(word), `${words.join(' ')} has no ${word}`)
}
