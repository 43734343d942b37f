import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The file of the command `rollcall`, which the tests run as a process of its own. */
const bin = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url))

type Options = { readonly env?: Readonly<Record<string, string>>; readonly node?: string; readonly input?: string }
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs `rollcall` with these arguments until it ends. Returns the exit code, stdout and stderr. */
export async function rollcall(args: readonly string[], options: Options = {}): Promise<Ran> {
  const { child, output } = start(args, options)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

/** Runs `rollcall` and returns what it prints, parsed as JSON. Throws unless the exit code is 0. */
export async function rollcallJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await rollcall(args)
  if (code !== 0) throw new Error(`rollcall ${args.join(' ')}: exit code ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** Starts `rollcall serve` on a free port. Returns once it listens. */
export async function serve(args: readonly string[], options: Options = {}) {
  const { child, output } = start(['serve', ...args], { ...options, env: { ROLLCALL_PORT: '0', ...options.env } })
  const closed = once(child, 'close') as Promise<[number | null]>
  for (const until = Date.now() + 60_000; !/^listening on \S+$/m.test(output.stdout); await new Promise((tick) => setTimeout(tick, 10)))
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`the server does not listen: ${output.stderr}`)
    }
  return {
    url: /^listening on (\S+)$/m.exec(output.stdout)?.[1] as string,
    output,
    /** Sends the signal and waits for the end. Returns the exit code and the seconds that took. */
    stop: async (signal: NodeJS.Signals = 'SIGTERM') => {
      const began = performance.now()
      child.kill(signal)
      const [code] = await closed
      return { code, seconds: (performance.now() - began) / 1000 }
    },
    /** The process ids of its server processes, of a server with `--processes`. Linux only. */
    childPids: async () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** Creates a temporary folder, which is deleted at the end of the test, and a path for an SQLite database in it. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
  return { path, database: join(path, 'rollcall.db'), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts `rollcall` without waiting for its end. `output` grows while it runs. `node` is the Node to run it with. */
export function start(
  args: readonly string[],
  { env = {}, node = process.execPath, input }: Options,
): { child: ChildProcess; output: { stdout: string; stderr: string } } {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|NODE_TEST_CONTEXT)/.test(name)))
  const child = spawn(node, [bin, ...args], {
    env: { ...inherited, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (part) => {
    output.stdout += part
  })
  child.stderr?.on('data', (part) => {
    output.stderr += part
  })
  return { child, output }
}
