import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url))

/** Starts `rollcall serve` on a database, as a process of its own that the test can kill. Returns when it listens. */
export async function startServer(database: string, ...flags: string[]) {
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--database', database, '--log-level', 'error', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const base = await listening(child)
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return { base, kill: () => stop('SIGKILL'), [Symbol.asyncDispose]: () => stop('SIGTERM') }
}

async function listening(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const [, base] = /^listening on (\S+)/.exec(line) ?? []
    if (base) return base
  }
  throw new Error('the server ended before it listened')
}
