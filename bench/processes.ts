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

/** Registers a child process to be killed when the bench ends, also after an error. Returns the child. */
export function owned<Child extends ChildProcess>(child: Child): Child {
  children.add(child)
  return child
}

/** A child process that listens on a port. */
export type Listening = { port: number; pid: number; stop: () => Promise<void> }

/** Starts `rollcall serve` as in production, with the log in a file. BENCH_PROF=folder writes a CPU profile when the server stops. */
export function startRollcall(folder: string, url: string, ...flags: string[]): Promise<Listening> {
  const profile = process.env.BENCH_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROF}`] : []
  const log = openSync(join(folder, 'server.log'), 'a')
  const started = listening([...profile, here('../bin/rollcall.js'), 'serve', '--port', '0', '--database', url, ...flags], log)
  return started.finally(() => closeSync(log))
}

export const startLimit = (bytesFile: string) => listening([here('limit.ts'), bytesFile], 'inherit')

/** Starts a Node program that prints "listening on URL". Throws if it prints anything else or stops. */
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

/** Starts a load generator, which can run several loads at once. `run` throws if an answer was no success. */
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

/** Makes a call that is not measured. Returns the answer; throws unless its errcode is 0. */
export async function call(port: number, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  const read = (await answer.json()) as Record<string, unknown>
  if (read.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(read)}`)
  return read
}

/** The query string with an access token of the school's app. */
export async function tokenOf(port: number, { corpid, secret }: School): Promise<string> {
  const { access_token } = await call(port, `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`)
  return `access_token=${access_token}`
}

/**
 * The CPU seconds that a process has used so far, over all its threads (Linux, 100 ticks per second). Other work on the machine changes
 * CPU time less than elapsed time.
 */
export const cpuSeconds = ({ pid }: Listening) => cpuOf(`/proc/${pid}/stat`)

/** The CPU seconds of the main thread alone, which serves the requests: while it works on one, the others wait. */
export const servingSeconds = ({ pid }: Listening) => cpuOf(`/proc/${pid}/task/${pid}/stat`)

function cpuOf(file: string): number {
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
