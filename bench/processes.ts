import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Load, Outcome } from './load.ts'
import type { School } from './school.ts'

const here = (path: string) => new URL(path, import.meta.url).pathname

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Ended with the bench, also when a part fails. */
export function owned<Child extends ChildProcess>(child: Child): Child {
  children.add(child)
  return child
}

/** A child that prints "listening on URL", and its port. */
export type Listening = { port: number; pid: number; stop: () => Promise<void> }

/** The server as anybody runs it: token, checks and log on, the log in a file. BENCH_PROF=folder writes a CPU profile at its end. */
export function startRollcall(folder: string, url: string, ...flags: string[]): Promise<Listening> {
  const profile = process.env.BENCH_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROF}`] : []
  const log = openSync(join(folder, 'server.log'), 'a')
  const started = listening([...profile, here('../bin/rollcall.js'), 'serve', '--port', '0', '--database', url, ...flags], log)
  return started.finally(() => closeSync(log))
}

export const startLimit = (bytesFile: string) => listening([here('limit.ts'), bytesFile], 'inherit')

export async function listening(args: string[], stderr: number | 'inherit'): Promise<Listening> {
  const child = owned(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] }))
  const lines = createInterface({ input: child.stdout as Readable })
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['it stopped'])])) as [string]
  const port = /^listening on .*:(\d+)$/.exec(line)?.[1]
  if (!port) throw new Error(`${args.join(' ')}: expected "listening on", got ${line}`)
  return { port: Number(port), pid: child.pid as number, stop: () => stopped(child) }
}

export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Starts a generator; it runs as many loads at a time as it is given. */
export function startGenerator() {
  const child = owned(fork(here('load.ts')))
  const waiting = new Map<number, (outcome: Outcome) => void>()
  let last = 0
  child.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => waiting.get(id)?.(outcome))
  child.on('exit', (code) => code && process.exit(code))
  return {
    run: async (load: Load): Promise<Outcome> => {
      const id = ++last
      const outcome = await new Promise<Outcome>((resolve) => {
        waiting.set(id, resolve)
        child.send({ id, load })
      })
      if (outcome.refused) throw new Error(`${outcome.refused} of ${outcome.requests} requests to ${load.path} were refused`)
      return outcome
    },
    stop: () => stopped(child),
  }
}

/** A call by name, for what is not measured. */
export async function call(port: number, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  const read = (await answer.json()) as Record<string, unknown>
  if (read.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(read)}`)
  return read
}

export async function tokenOf(port: number, { corpid, secret }: School): Promise<string> {
  const { access_token } = await call(port, `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`)
  return `access_token=${access_token}`
}

/** CPU seconds of a process so far, all its threads (Linux; 100 ticks a second): what others do on the machine moves them little. */
export const cpuSeconds = ({ pid }: Listening) => cpuOf(`/proc/${pid}/stat`)

/** Of the thread that serves, alone: what it works, nobody else is answered. */
export const servingSeconds = ({ pid }: Listening) => cpuOf(`/proc/${pid}/task/${pid}/stat`)

function cpuOf(file: string): number {
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
